// 38. If the 0.1 % de minimis of No. 61 applied, which US and EU products with SmCo would need a licence?
//
// The assumption: the clause with a threshold (a share of the value, in percent) is in force after its
// suspension. Then whatever contains a covered magnet, through any number of parts, is a candidate. Whether
// the magnet makes up that share of a product's value is not in the graph, nor are the control codes of the
// annex: candidates, not findings. A part without a maker is one that goes into such products; where it is
// made, nobody says.
AS OF '2026-12-01'
ASSUMING {
  MATCH (m:ExtraterritorialControl) WHERE m.threshold IS NOT NULL REINSTATE m FROM '2026-11-11'
}
MATCH (m:ExtraterritorialControl)-[:COVERS]->(magnet:Product {name: 'SmCo magnet'}),
      way = (magnet)<-[:CONTAINS]-{1,6}(product:Product)
OPTIONAL MATCH (product)<-[:MAKES]-(maker:Company)-[:HEADQUARTERED_IN]->(seat:Country)
WHERE seat.name = 'United States' OR EXISTS { (seat)-[:MEMBER_OF]->(:Bloc {name: 'European Union'}) }
RETURN product.name AS product, maker.name AS maker, seat.name AS seat, [n IN nodes(way) | n.name] AS way,
       m.name AS control, m.threshold AS `threshold, %`
ORDER BY maker, product, way;

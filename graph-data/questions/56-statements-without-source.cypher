// 56. Which facts lack a source that was verified in a page?
//
// Nothing ships without a source, and rows of the fact sheet that were still to be checked were not taken in:
// the first answer counts what breaks that rule. The second has what stands on documents without an address
// of their own, which are files of data sets and registries. Whether a page says what is cited from it, no
// graph can show: a reader has to open it.

// What has no source at all
INCLUDING ALL
MATCH (n)
RETURN 'nodes' AS what, count(n) AS `in the graph`,
       sum(CASE WHEN size(sources(n)) = 0 THEN 1 ELSE 0 END) AS `without a source`
UNION ALL
MATCH ()-[r]->() WHERE polarity(r) IN ['positive', 'not']
RETURN 'relationships' AS what, count(r) AS `in the graph`,
       sum(CASE WHEN size(sources(r)) = 0 THEN 1 ELSE 0 END) AS `without a source`;

// What stands only on documents without an address
INCLUDING ALL
MATCH ()-[r]->()
WHERE polarity(r) IN ['positive', 'not'] AND none(s IN sources(r) WHERE s.url IS NOT NULL)
UNWIND sources(r) AS s
RETURN s.publisher AS publisher, count(DISTINCT r) AS relationships, collect(DISTINCT s.title)[0..3] AS titles
ORDER BY relationships DESC, publisher LIMIT 20;

// 44. How much rare earth is in an F-35?
//
// Figures side by side, none is picked. They differ in what they weigh (`basis`): the element, or the
// material that holds it; the figure that goes back to the Department of Defense does not say. A figure for a
// smaller part of it, such as the magnets, stands last. Ranges have a low and a high end in the place of a
// value.
MATCH (o:Observation {indicator: 'content'})-[:OBSERVES {role: 'of'}]->(:Product {name: 'F-35 fighter'}),
      (o)-[:OBSERVES {role: 'of'}]->(what)
WHERE what.name <> 'F-35 fighter'
RETURN what.name AS content, o.value AS value, o.low AS low, o.high AS high, o.unit AS unit, o.basis AS basis,
       modality(o) AS mood, claimed_by(o) AS voices, [s IN sources(o) | s.publisher] AS sources
ORDER BY content DESC, basis, coalesce(value, low), voices;

//! Words and signs of GQL and of other engines that this language has not, and what to do instead.

use Place::{After, Anywhere, Before, First};

/// Where a word is foreign; elsewhere it may be a name out of place.
enum Place {
    Anywhere,
    /// As the first word of a statement.
    First,
    /// After this word.
    After(&'static str),
    /// Before this one.
    Before(&'static str),
}

/// A word, its place, and what to do instead.
const FOREIGN: &[(&str, Place, &str)] = &[
    ("!", Before("="), "write `<>`"),
    ("!", Anywhere, "write `NOT`"),
    ("&", Before("&"), "write `AND`"),
    ("=", After("="), "write `=`"),
    ("$", After(":"), "write the label out; `'…' IN labels(n)` and `type(r) = '…'` take one that is computed"),
    ("BETWEEN", Anywhere, "write `a <= x <= b`"),
    ("BEGIN", First, ONE_TRANSACTION),
    ("COMMIT", First, ONE_TRANSACTION),
    ("CONSTRAINT", After("CREATE"), NO_INDEX),
    ("CYPHER", First, "leave it out: there is one version of the language"),
    ("DROP", First, "there are no graphs, indexes or constraints to drop"),
    ("EXCEPT", Anywhere, "say it with `WHERE NOT EXISTS { … }`"),
    ("GRAPH", After("CREATE"), "a graph is a folder of files: `portolan DIR` opens it"),
    ("HAVING", Anywhere, "`WITH … WHERE`, or `FILTER`, sees the groups"),
    ("INDEX", After("CREATE"), NO_INDEX),
    ("INTERSECT", Anywhere, "say it with `WHERE EXISTS { … }`"),
    ("KEEP", Anywhere, "write the selector before each path: `MATCH ANY SHORTEST …`"),
    ("LIKE", Anywhere, "`STARTS WITH`, `ENDS WITH`, `CONTAINS` and, for regular expressions, `=~` compare texts"),
    ("NORMALIZED", After("IS"), "texts are compared as they are written"),
    ("NULLS", Anywhere, "null is the last upwards and the first downwards; sort by `x IS NULL` before `x`"),
    ("OTHERWISE", Anywhere, "say it with `UNION` and `WHERE NOT EXISTS { … }`"),
    ("ROLLBACK", First, ONE_TRANSACTION),
    ("SELECT", First, "write `MATCH … RETURN …`"),
    ("SESSION", First, "in the shell: `:param`, `:asof`, `:known`, `:including`"),
    ("SHOW", First, "in the shell: `:schema`, `:help WORD`; in a query: `CALL db.labels()`"),
    ("START", First, ONE_TRANSACTION),
    ("USE", First, "there is one graph; `portolan DIR` opens another"),
    ("USING", First, ONE_TRANSACTION),
    ("USING", Anywhere, "leave the hint out: `EXPLAIN` shows how a query is run"),
];

const ONE_TRANSACTION: &str = "a statement is one transaction: it is done whole or not at all";
const NO_INDEX: &str = "values are found without; what the schema asks for is checked when files are read";

/// What to do instead of a word that stands between these.
pub fn instead(word: &str, before: Option<&str>, after: Option<&str>) -> Option<&'static str> {
    let fits = |place: &Place| match place {
        Anywhere => true,
        First => before.is_none(),
        Before(wanted) => after == Some(*wanted),
        After(wanted) => before.is_some_and(|before| before.eq_ignore_ascii_case(wanted)),
    };
    let found = FOREIGN.iter().find(|(foreign, place, _)| foreign.eq_ignore_ascii_case(word) && fits(place));
    found.map(|(_, _, help)| *help)
}

/// What to write instead of a literal with its type before it, as SQL and GQL have them: `date '2025-10-20'`.
pub fn typed(kind: &str, text: &str) -> Option<String> {
    let kind = kind.to_ascii_lowercase();
    match kind.as_str() {
        "date" => Some(format!("write `{kind}({text})`; a frame takes the text alone, `AS OF {text}`")),
        "datetime" | "duration" | "localdatetime" | "localtime" | "time" => Some(format!("write `{kind}({text})`")),
        "timestamp" => Some(format!("write `datetime({text})`")),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use crate::parse::parse;

    #[test]
    fn a_word_of_another_engine_is_told_what_to_do_instead() {
        for (text, expected) in [
            ("START TRANSACTION", "a statement is one transaction: it is done whole or not at all"),
            ("CREATE INDEX i FOR (n:A) ON (n.k)", super::NO_INDEX),
            ("MATCH (n) RETURN n.kind, count(*) AS n HAVING n > 1", "`WITH … WHERE`, or `FILTER`, sees the groups"),
            ("USE g MATCH (n) RETURN n", "there is one graph; `portolan DIR` opens another"),
            ("RETURN 1 != 2", "write `<>`"),
            ("RETURN DURATION 'P1M' AS d", "write `duration('P1M')`"),
            (
                "AS OF date '2025-10-20' MATCH (n) RETURN n",
                "write `date('2025-10-20')`; a frame takes the text alone, `AS OF '2025-10-20'`",
            ),
            ("RETURN NOT !true", "write `NOT`"),
            ("MATCH (n:A) USING SCAN n:A RETURN n", "leave the hint out: `EXPLAIN` shows how a query is run"),
            ("MATCH (n) RETRUN n", "did you mean `RETURN`?"),
        ] {
            let wrong = parse(text).err().unwrap_or_default();
            let helps: Vec<&String> = wrong.iter().flat_map(|diagnostic| &diagnostic.help).collect();
            assert_eq!(helps, [expected], "{text}");
        }
    }
}

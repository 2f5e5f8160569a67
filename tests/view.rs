//! Pictures: whatever the graph says, what is written can be read, nothing covers anything, and it is the same every time.

#![expect(clippy::unwrap_used, reason = "a test may panic")]

use std::fs;
use std::path::Path;
use std::process::Command;

use portolan::graph::{Builder, Schema};
use portolan::limits::Limits;
use portolan::session::{Answer, Engine};
use portolan::shell::view::layout::{Area, MOST_EDGES, MOST_NODES, lay_out};
use portolan::shell::view::{MEDIA, MOST_ROWS, Medium, Picture};
use portolan::value::Value;
use proptest::prelude::*;
use quick_xml::events::Event;

/// The answer to a query on a graph that a statement made.
fn answer(made: &str, params: &[(&str, &str)], query: &str) -> Answer {
    let mut session = Engine::new(Builder::new(Schema::default()).finish(), &[]).unwrap().session();
    session.params = params.iter().map(|(name, value)| ((*name).to_owned(), Value::text(value))).collect();
    session.run(made, &Limits::default()).unwrap();
    session.run(query, &Limits::default()).unwrap()
}

/// A relationship between two nodes, everything in it of these texts.
fn said(name: &str, other: &str, property: &str) -> Answer {
    let made = "CREATE (:Actor {id: 'a', name: $name})-[:SAYS {how: $property}]->(:Event {id: 'b', name: $other})";
    answer(made, &[("name", name), ("other", other), ("property", property)], "MATCH (a)-[r]->(b) RETURN *")
}

fn written(ending: &str, answer: &Answer) -> String {
    Medium::of(Path::new(&format!("x.{ending}"))).unwrap().picture(answer).unwrap().0
}

/// The texts of a document of XML, or why it is none.
fn texts(document: &str) -> Result<Vec<String>, String> {
    let mut reader = quick_xml::Reader::from_str(document);
    let (mut texts, mut open) = (Vec::new(), 0_i32);
    loop {
        match reader.read_event().map_err(|wrong| wrong.to_string())? {
            Event::Start(tag) => {
                open += 1;
                for attribute in tag.attributes() {
                    attribute
                        .map_err(|wrong| wrong.to_string())?
                        .unescape_value()
                        .map_err(|wrong| wrong.to_string())?;
                }
            }
            Event::Empty(tag) => {
                for attribute in tag.attributes() {
                    attribute
                        .map_err(|wrong| wrong.to_string())?
                        .unescape_value()
                        .map_err(|wrong| wrong.to_string())?;
                }
            }
            Event::End(_) => open -= 1,
            Event::Text(text) => texts.push(text.unescape().map_err(|wrong| wrong.to_string())?.into_owned()),
            Event::Eof if open == 0 => return Ok(texts),
            Event::Eof => return Err("an element is not closed".to_owned()),
            Event::CData(_) | Event::Comment(_) | Event::PI(_) | Event::DocType(_) => {
                return Err("more than text".to_owned());
            }
            Event::Decl(_) => {}
        }
    }
}

/// A text as XML can hold it.
fn in_xml(text: &str) -> String {
    let holds = |c: char| !c.is_control() || c == '\n' || c == '\t';
    let shown = |c: char| if holds(c) && !matches!(c, '\u{fffe}' | '\u{ffff}') { c } else { '\u{fffd}' };
    text.chars().map(shown).collect()
}

/// What is outside quotes, or why a quote does not end.
fn outside_quotes(text: &str, escape: Option<char>) -> Result<String, String> {
    let mut outside = String::new();
    let mut letters = text.chars();
    while let Some(c) = letters.next() {
        outside.push(c);
        if c == '"' {
            loop {
                match letters.next() {
                    None => return Err(format!("a quote does not end: {text}")),
                    Some('"') => break,
                    Some('\n') => return Err(format!("a quote goes on in the next line: {text}")),
                    Some(c) if Some(c) == escape => drop(letters.next()),
                    Some(_) => {}
                }
            }
        }
    }
    Ok(outside)
}

/// Texts of the signs that end something somewhere, letters that run from right to left, and whatever else there is.
fn nasty() -> impl Strategy<Value = String> {
    let sign = prop_oneof![
        Just("\"".to_owned()),
        Just("'".to_owned()),
        Just("<".to_owned()),
        Just("]]>".to_owned()),
        Just("-->".to_owned()),
        Just("</text>".to_owned()),
        Just("</script>".to_owned()),
        Just("<!--".to_owned()),
        Just("&amp;".to_owned()),
        Just("\\".to_owned()),
        Just("\n".to_owned()),
        Just("\r\n".to_owned()),
        Just("\u{0}".to_owned()),
        Just("#quot;".to_owned()),
        Just("|".to_owned()),
        Just("%%{init}%%".to_owned()),
        Just("`".to_owned()),
        Just("خليج".to_owned()),
        Just("\u{202e}".to_owned()),
        Just("稀土".to_owned()),
        Just("}".to_owned()),
        Just("a word ".to_owned()),
        any::<char>().prop_map(String::from),
    ];
    proptest::collection::vec(sign, 0..8).prop_map(|parts| parts.concat())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, ..ProptestConfig::default() })]

    #[test]
    fn whatever_is_said_what_is_written_can_be_read(name in nasty(), other in nasty(), property in nasty()) {
        let answer = said(&name, &other, &property);
        let svg = written("svg", &answer);
        prop_assert_eq!(svg.matches("class=\"node ").count(), 2 + 2, "two nodes and two signs of the legend");
        let found = texts(&svg).map_err(|wrong| TestCaseError::fail(format!("{wrong}: {svg}")))?;
        prop_assert!(found.iter().any(|text| text.contains(&in_xml(&name))), "{name:?} is not in {found:?}");
        prop_assert!(!svg.chars().any(|c| c.is_control() && c != '\n'));

        let page = written("html", &answer);
        // What a page shows is XML as well; its head need not be.
        let body = page.split_once("<main>").unwrap().1.split_once("</main>").unwrap().0;
        let found = texts(&format!("<main>{body}</main>")).map_err(|wrong| TestCaseError::fail(format!("{wrong}: {body}")))?;
        prop_assert!(found.iter().any(|text| text.contains(&in_xml(&name))));
        prop_assert_eq!(page.matches("<script>").count(), 1);
        prop_assert_eq!(page.matches("</script>").count(), 1);

        for ending in ["gexf", "graphml"] {
            let document = written(ending, &answer);
            let found = texts(&document).map_err(|wrong| TestCaseError::fail(format!("{wrong}: {document}")))?;
            // Without attributes a document is of the same elements, whatever is said.
            let elements = outside_quotes(&document, None).map_err(TestCaseError::fail)?;
            prop_assert_eq!((elements.matches("<node ").count(), elements.matches("<edge ").count()), (2, 1), "{}", document);
            if ending == "graphml" {
                prop_assert!(name.is_empty() || found.iter().any(|text| *text == in_xml(&name)), "{name:?} is not in {found:?}");
            }
        }

        let dot = outside_quotes(&written("dot", &answer), Some('\\')).map_err(TestCaseError::fail)?;
        prop_assert_eq!(dot.lines().count(), 7, "{}", dot);
        prop_assert!(dot.contains("n0 -> n1 [id=\", label=\", style=solid"), "{}", dot);

        let mermaid = written("mmd", &answer);
        let outside = outside_quotes(&mermaid, None).map_err(TestCaseError::fail)?;
        let lines: Vec<&str> = outside.lines().collect();
        prop_assert_eq!(&lines[2..5], ["  n0([\"]):::actor", "  n1>\"]:::event", "  n0 -->|\"| n1"], "{}", mermaid);
        prop_assert_eq!(lines.len(), 7, "{}", mermaid);
        prop_assert!(!mermaid.replace("<br>", "").contains('<'));
    }

    #[test]
    fn nothing_covers_anything(n in 2..14_usize, edges in proptest::collection::vec((0..14_usize, 0..14_usize, 0..3_usize), 0..30)) {
        let mut made: Vec<String> = (0..n).map(|at| format!("(n{at}:Actor {{id: 'n{at}', name: 'node number {at}'}})")).collect();
        made.extend(edges.iter().map(|(from, to, kind)| format!("(n{})-[:T{kind}]->(n{})", from % n, to % n)));
        let answer = answer(&format!("CREATE {}", made.join(", ")), &[], "MATCH (n) OPTIONAL MATCH (n)-[r]->() RETURN n, r");
        let picture = Picture::of(&answer).unwrap();
        let layout = lay_out(&picture).unwrap();
        prop_assert_eq!(layout.courses.len(), edges.len());
        let areas: Vec<Area> = layout.nodes.iter().map(|node| node.1).chain(layout.labels.iter().map(|label| label.1)).collect();
        for (at, area) in areas.iter().enumerate() {
            prop_assert!(areas[..at].iter().all(|other| !area.overlaps(*other)), "{area:?}");
            prop_assert!(area.corner.x > -0.01 && area.corner.x + area.width < layout.width + 0.01);
            prop_assert!(area.corner.y > -0.01 && area.corner.y + area.height < layout.height + 0.01);
        }
        // A line begins at the edge of its start, passes its words, and ends at the edge of its end.
        for (edge, course) in picture.edges.iter().zip(&layout.courses) {
            let touches = |area: Area, x: f64| (area.corner.x - x).abs() < 0.01 || (area.corner.x + area.width - x).abs() < 0.01;
            prop_assert!(touches(layout.nodes[edge.from].1, course.start[0].x));
            prop_assert!(touches(layout.nodes[edge.to].1, course.end.last().unwrap().x));
        }
        for ending in MEDIA.iter().map(|medium| medium.ending) {
            prop_assert_eq!(written(ending, &answer), written(ending, &answer));
        }
    }
}

#[test]
fn relationships_that_say_the_same_of_a_node_share_their_words() {
    let made = "CREATE (a:A {id: 'a'}) FOREACH (n IN range(1, 5) | CREATE (a)-[:R]->(:B {id: 'b' + toString(n)}))";
    let answer = answer(made, &[], "MATCH (a)-[r]->(b) RETURN *");
    let layout = lay_out(&Picture::of(&answer).unwrap()).unwrap();
    let [(label, _)] = layout.labels.as_slice() else { panic!("{:?}", layout.labels) };
    assert_eq!(label.edges, [0, 1, 2, 3, 4]);
}

#[test]
fn more_than_can_be_read_is_refused_with_advice_and_left_to_other_tools() {
    let answer =
        answer("FOREACH (n IN range(1, 201) | CREATE (:A {id: 'a' + toString(n)}))", &[], "MATCH (a) RETURN a");
    let wrong = Medium::of(Path::new("x.svg")).unwrap().picture(&answer).unwrap_err();
    assert_eq!(wrong.message, "201 nodes, 0 relationships are more than a drawing can show");
    assert!(wrong.help[0].contains("write .dot"), "{wrong:?}");
    assert!(written("dot", &answer).contains("n200 ["));
}

/// The commands of the page on pictures, with the files that they write.
fn commands(page: &str) -> Vec<(String, String)> {
    let lines = page.lines().filter_map(|line| line.strip_prefix("    portolan view graph-data "));
    lines
        .map(|line| {
            let file = line.split_once("-o ").unwrap().1.split_once(' ').unwrap().0;
            (line.to_owned(), file.to_owned())
        })
        .collect()
}

#[test]
fn the_pictures_of_the_manual_are_what_their_commands_draw() {
    let home = Path::new(env!("CARGO_MANIFEST_DIR"));
    let page = fs::read_to_string(home.join("docs/pictures.md")).unwrap();
    let commands = commands(&page);
    assert!(!commands.is_empty());
    for (command, file) in commands {
        let drawn = Path::new(env!("CARGO_TARGET_TMPDIR")).join(&file);
        // What an earlier run left is not written over.
        let _ = fs::remove_file(&drawn);
        let command = command.replacen(&format!("-o {file}"), &format!("-o {}", drawn.display()), 1);
        let program = env!("CARGO_BIN_EXE_portolan");
        let shell = format!("{program} view graph-data {command}");
        let done = Command::new("sh").args(["-c", &shell]).current_dir(home).output().unwrap();
        assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
        let now = fs::read_to_string(drawn).unwrap();
        let kept = home.join("docs/pictures").join(&file);
        if std::env::var_os("PORTOLAN_MANUAL").is_some_and(|value| value == "rewrite") {
            fs::write(kept, now).unwrap();
        } else {
            let was = fs::read_to_string(kept).unwrap_or_default();
            assert!(
                was == now,
                "docs/pictures/{file} is not what its command draws: PORTOLAN_MANUAL=rewrite draws it anew"
            );
        }
        assert!(page.contains(&format!("(pictures/{file})")), "{file} is not shown");
    }
}

#[test]
fn the_page_on_pictures_names_every_ending_and_how_much_is_laid_out() {
    let page = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/pictures.md")).unwrap();
    for medium in MEDIA {
        assert!(page.contains(&format!("| `.{}` |", medium.ending)), "{}", medium.ending);
    }
    assert!(page.contains(&format!("{MOST_NODES} nodes, {MOST_EDGES} relationships; {MOST_ROWS} measures")));
}

//! The program as its users run it.

#![expect(clippy::unwrap_used, reason = "a test may panic")]

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

fn portolan(arguments: &[&str], input: &[u8]) -> Output {
    let mut child = Command::new(env!("CARGO_BIN_EXE_portolan"))
        .args(arguments)
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .env("NO_COLOR", "1")
        .env("XDG_STATE_HOME", folder("state"))
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut stdin = child.stdin.take().unwrap();
    // A program that does not read its input may close it first.
    let _ = stdin.write_all(input);
    drop(stdin);
    child.wait_with_output().unwrap()
}

fn out(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).unwrap()
}

fn err(output: &Output) -> String {
    String::from_utf8(output.stderr.clone()).unwrap()
}

/// A folder of this test's own.
fn folder(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    std::fs::create_dir_all(&folder).unwrap();
    folder
}

const QUESTION: &str = "MATCH (c:Manufacturer)-[:DEPENDS_ON]->(m:Material)<-[:COVERS]-(x:ExportLicensingRequirement)
    RETURN c.name AS manufacturer, collect(DISTINCT m.name) AS materials ORDER BY manufacturer";

#[test]
fn the_question_of_the_project_is_answered_as_data() {
    let answer = |day: &str| {
        let query = format!("AS OF '{day}' WHY {QUESTION}");
        let output = portolan(&["-c", &query, "--mode", "json"], b"");
        assert_eq!(output.status.code(), Some(0), "{}", err(&output));
        serde_json::from_str::<serde_json::Value>(&out(&output)).unwrap()
    };
    let october = answer("2025-10-21");
    let row = october.as_array().unwrap().iter().find(|row| row["manufacturer"] == "Volkswagen").unwrap();
    assert!(row["materials"].as_array().unwrap().iter().any(|material| material == "dysprosium"), "{row}");
    let cited = &row["why"][0][0]["citations"][0];
    assert!(cited["publisher"].is_string() && cited["source"].is_string(), "{row}");
    assert!(answer("2025-03-01").as_array().unwrap().iter().all(|row| row["manufacturer"] != "Volkswagen"));
}

#[test]
fn a_mistyped_word_is_shown_at_its_place_with_the_nearest_one() {
    let output = portolan(&["-c", "MATCH (n) RETRUN n"], b"");
    assert_eq!(output.status.code(), Some(1));
    assert_eq!(out(&output), "");
    let message = err(&output);
    assert!(message.contains("--> query:1:11") && message.contains("^^^^^^ expected"), "{message}");
    assert!(message.contains("did you mean `RETURN`?"), "{message}");
}

#[test]
fn every_mode_writes_the_same_row() {
    let mode = |mode: &str| out(&portolan(&["-c", "RETURN 1 AS one, 'a, \"b\"' AS two", "--mode", mode], b""));
    assert_eq!(mode("line"), "one: 1\ntwo: a, \"b\"\n");
    assert_eq!(mode("csv"), "one,two\n1,\"a, \"\"b\"\"\"\n");
    assert_eq!(mode("json"), "[\n  {\n    \"one\": 1,\n    \"two\": \"a, \\\"b\\\"\"\n  }\n]\n");
    assert_eq!(mode("jsonl"), "{\"one\":1,\"two\":\"a, \\\"b\\\"\"}\n");
    assert_eq!(mode("markdown"), "| one | two |\n| --- | --- |\n| 1 | a, \"b\" |\n");
    assert!(mode("table").contains("│ 1   ┆ a, \"b\" │"), "{}", mode("table"));
    assert_eq!(portolan(&["-c", "RETURN 1", "--mode", "tabel"], b"").status.code(), Some(2));
}

#[test]
fn five_planted_mistakes_are_five_messages_and_exit_code_3() {
    let folder = folder("five-mistakes");
    let text = "
sources:
  - {id: a, publisher: P, title: T}
nodes:
  - {id: x, is: Country, name: X, cite: a}
  - {id: x, is: Country, name: again, cite: a}
  - {id: y, is: Country, naem: Y, cite: a}
  - {id: z, is: Bloc, name: Z}
statements:
  - {subject: x, MEMBER_OF: z, from: 2025-02-30, cite: a}
  - {subject: x, MEMBER_OF: zz, cite: a}
";
    std::fs::write(folder.join("wrong.yaml"), text).unwrap();
    let path = folder.display().to_string();
    for arguments in [vec!["check", &path], vec![&path, "-c", "RETURN 1"]] {
        let output = portolan(&arguments, b"");
        assert_eq!(output.status.code(), Some(3));
        assert_eq!(out(&output), "");
        let message = err(&output);
        for place in ["6:10", "7:26", "8:6", "10:38", "11:29"] {
            assert!(message.contains(&format!("wrong.yaml:{place}")), "{place} in\n{message}");
        }
        assert!(message.contains("did you mean `name`?"), "{message}");
    }
}

#[test]
fn the_graph_that_ships_has_no_mistake() {
    let output = portolan(&["check"], b"");
    assert_eq!(output.status.code(), Some(0), "{}", err(&output));
    assert!(out(&output).ends_with("no mistake\n"), "{}", out(&output));
}

#[test]
fn noise_a_deep_nest_and_a_huge_query_are_a_message_each_and_the_session_goes_on() {
    let mut input = b"RETURN 1 AS a;\n\xff\xfe\x00\x1b[31m\xc3\n".to_vec();
    input.extend("(".repeat(1000).into_bytes());
    input.extend(")".repeat(1000).into_bytes());
    input.extend(b";\nRETURN 2 AS b;\n");
    let output = portolan(&["--mode", "jsonl"], &input);
    assert_eq!(out(&output), "{\"a\":1}\n{\"b\":2}\n", "{}", err(&output));
    assert_eq!(output.status.code(), Some(1));
    assert!(err(&output).contains("S503") && err(&output).contains("P002"), "{}", err(&output));

    let huge = format!("RETURN '{}';\nRETURN 3 AS c;\n", "x".repeat(10_000_000));
    let output = portolan(&["--mode", "jsonl"], huge.as_bytes());
    assert!(err(&output).contains("P003") && err(&output).len() < 2_000, "{}", err(&output));
    assert_eq!(out(&output), "{\"c\":3}\n");
}

#[test]
fn commands_say_what_they_did_and_a_misspelt_one_names_the_nearest() {
    let script = b":asof 2025-12-01\nMATCH (:Measure {id: 'cn-2025-18#1'})-[:COVERS]->(x:Element) RETURN count(x) AS n;\n:modee\n:mode csv\n:param x = 1 + 1\nRETURN $x AS x;\n:describe dysprosium\n";
    let output = portolan(&["--mode", "jsonl"], script);
    let (text, messages) = (out(&output), err(&output));
    assert!(text.starts_with("{\"n\":7}\nx\n2\ndysprosium (Element, Material) [cn18c]\n"), "{text}");
    assert!(messages.contains("frame: as of 2025-12-01"), "{messages}");
    assert!(messages.contains("no command `:modee`") && messages.contains("did you mean `:mode`?"), "{messages}");
}

/// What `:help` says, and what it complains of.
fn help(word: &str) -> (String, String) {
    let output = portolan(&["-c", &format!(":help {word}")], b"");
    (out(&output), err(&output))
}

#[test]
fn help_tells_every_meaning_of_a_word_however_it_is_written() {
    let (count, _) = help("count");
    assert!(count.starts_with("keyword COUNT\n") && count.contains("\naggregate count(value) → integer\n"), "{count}");
    assert!(count.contains("    UNWIND [1, 2, 3] AS x RETURN count(x)  gives  3\n"), "{count}");
    let (explain, _) = help("EXPLAIN");
    assert!(explain.starts_with("command :explain QUERY\n") && explain.contains("keyword EXPLAIN\n"), "{explain}");
    assert!(explain.contains("“Plans” in docs/language.md"), "{explain}");
    assert_eq!(help(":explain").0, "command :explain QUERY\n    shows the plan of a query\n");
    assert!(help("order  by").0.starts_with("keyword ORDER\n    `ORDER BY` sorts the rows\n"));
    assert!(help("db.LABELS").0.starts_with("procedure db.labels() :: (label :: STRING)\n"));
    assert!(help("exportban").0.contains("  ExportBan "), "{}", help("exportban").0);
    assert!(help("covers").0.starts_with("Relationship types\n  COVERS "), "{}", help("covers").0);
    assert!(help("depends_on").0.contains("DEPENDS_ON"));
}

#[test]
fn help_with_a_word_that_nothing_has_names_the_nearest() {
    let (text, message) = help("toUper");
    assert_eq!(text, "");
    assert!(message.contains("nothing is called `toUper`") && message.contains("did you mean `toUpper`?"), "{message}");
    assert!(help(":modee").1.contains("did you mean `mode`?"));
}

#[test]
fn comments_may_stand_anywhere_in_a_script() {
    let script = b"// first\n:mode csv\n/* a block;\n:quit */\nRETURN 1 AS one; // after\n:sources it's nowhere\n:timing off // no\nRETURN ';' AS semi; RETURN\n2 AS two;";
    let output = portolan(&[], script);
    assert_eq!(out(&output), "one\n1\nsemi\n;\ntwo\n2\n", "{}", err(&output));
}

#[test]
fn a_script_that_reads_itself_is_refused() {
    let path = folder("loop").join("self.cypher");
    std::fs::write(&path, format!("RETURN 1;\n:read {}\n", path.display())).unwrap();
    let output = portolan(&["-f", path.to_str().unwrap()], b"");
    assert_eq!(output.status.code(), Some(1));
    assert!(err(&output).contains("is being read already"), "{}", err(&output));
}

#[test]
fn a_query_without_a_result_is_shown_where_it_should_have_gone_on() {
    let output = portolan(&["-c", "MATCH (n:Country)"], b"");
    assert_eq!(output.status.code(), Some(1));
    assert!(err(&output).contains("expected `RETURN` after this"), "{}", err(&output));
}

#[test]
fn of_a_thousand_mistakes_alike_the_first_are_shown_and_the_others_counted() {
    let folder = folder("alike");
    let entries = |name: &str| {
        let nodes: Vec<String> =
            (0..500).map(|n| format!("  - {{id: {name}-{n}, is: Country, cite: nowhere}}\n")).collect();
        format!("nodes:\n{}", nodes.concat())
    };
    std::fs::write(folder.join("a.yaml"), entries("a") + "  - {id: z, is: Country, naem: Y, cite: nowhere}\n").unwrap();
    std::fs::write(folder.join("b.yaml"), entries("b")).unwrap();
    let message = err(&portolan(&["check", folder.to_str().unwrap()], b""));
    assert_eq!(message.matches("error[D307]").count(), 100, "{message}");
    assert!(
        message.contains("… and 451 more of D307 in ") && message.contains("… and 450 more of D307 in "),
        "{message}"
    );
    assert!(message.contains("1002 mistakes; nothing was loaded") && message.contains("error[D302]"), "{message}");
}

/// What the README shows of its first answer, which leaves out what stands between `…`.
#[test]
fn the_readme_shows_its_first_answer_as_it_is() {
    let readme = std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("README.md")).unwrap();
    let output = out(&portolan(&["-c", &format!("AS OF '2025-10-21' WHY {QUESTION}"), "--mode", "markdown"], b""));
    let shown: Vec<&str> = readme.lines().filter_map(|line| line.strip_prefix("    [")).collect();
    assert_eq!(shown.len(), 5);
    for line in shown {
        let (number, parts) = line.split_once("] ").unwrap();
        let real = output.lines().find(|real| real.starts_with(&format!("[{number}] "))).unwrap();
        let mut rest = real;
        for part in parts.split('…').map(str::trim) {
            let at = rest.find(part).unwrap_or_else(|| panic!("{part}\nis not in\n{real}"));
            rest = &rest[at + part.len()..];
        }
    }
}

#[test]
fn a_node_is_described_with_what_it_denies_and_who_says_so() {
    let output = portolan(&["-c", ":describe bmw", "-c", ":describe BMW"], b"");
    let text = out(&output);
    let denial =
        "  -[not USES {in: 'traction-motor'}]-> ndfeb-magnet, from 2023-11-14 · claim · BMW, Reuters [reulist]";
    assert_eq!(text.lines().filter(|line| *line == denial).count(), 2, "{text}");
}

#[test]
fn an_answer_is_cited_in_its_own_frame() {
    let output = portolan(&["-c", "AS OF '2025-10-21' RETURN 1 AS one", "-c", ":cite"], b"");
    let text = out(&output);
    assert!(text.contains("in the frame “as of 2025-10-21, realised only”") && text.contains("@misc{"), "{text}");
}

#[test]
fn an_answer_is_had_again_from_its_citation() {
    let small = "tests/golden/small";
    let scenario = ":assume back = { MATCH (m {id: 'licence'}) REINSTATE m FROM '2025-12-01' }";
    let query = "MATCH (m:Measure)-[:COVERS]->(x {id: $x}) // of one material\nRETURN m.id, m.rate ORDER BY m.id";
    let asked = [small, "--mode", "csv", "--cite", "--as-of", "2025-12-01", "--param", "x=gallium"];
    let first = portolan(&[&asked[..], &["-c", scenario, "-c", ":assume back", "-c", query]].concat(), b"");
    assert_eq!(out(&first), "m.id,m.rate\nduty,10.0\nlicence,\n");
    // Results are for a program: what says how to cite them stands beside them.
    let cited = err(&first);
    let line = cited.lines().find(|line| line.starts_with("A small graph, version ")).unwrap();
    let (_, line) = line.split_once("” with ").unwrap();
    let (param, query) = line.split_once(": ").unwrap();
    let again = portolan(&[small, "--mode", "csv", "-c", &format!(":param {param}"), "-c", query], b"");
    assert_eq!(out(&again), out(&first), "{line}");
    let version = cited.lines().find_map(|line| line.trim().strip_prefix("version = {")).unwrap();
    assert!(version.trim_end_matches("},").len() == 64 && cited.contains("\n  urldate = {20"), "{cited}");
}

#[test]
fn a_time_limit_that_is_none_is_refused() {
    for text in ["nan", "-1", "soon"] {
        let output = portolan(&[&format!("--timeout={text}"), "-c", "RETURN 1"], b"");
        assert_eq!(output.status.code(), Some(2), "{text}: {}", err(&output));
    }
}

#[test]
#[cfg(feature = "rdf")]
fn rdf_is_written_whole_in_part_and_asked_in_sparql() {
    let folder = folder("rdf");
    let whole = folder.join("graph.nt");
    let _ = std::fs::remove_dir_all(&folder);
    std::fs::create_dir_all(&folder).unwrap();
    let output = portolan(&["export", "--format", "ntriples", "-o", whole.to_str().unwrap()], b"");
    assert_eq!(output.status.code(), Some(0), "{}", err(&output));
    let lines = std::fs::read_to_string(&whole).unwrap().lines().count();
    assert!(err(&output).starts_with(&format!("{lines} triples as N-Triples")), "{}", err(&output));

    let again = portolan(&["export", "-o", whole.to_str().unwrap()], b"");
    assert_eq!(again.status.code(), Some(2), "{}", err(&again));
    assert!(
        err(&again).contains("there is a file") && err(&again).contains("give a name that is free"),
        "{}",
        err(&again)
    );

    let counted = portolan(&["sparql", "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }", "--format", "csv"], b"");
    assert_eq!(out(&counted), format!("n\r\n{lines}\r\n"));

    let part = folder.join("part.ttl");
    let command = format!(":export {} WHY {}", part.display(), QUESTION.replace('\n', " "));
    let output = portolan(&["--as-of", "2025-10-21", "-c", &command], b"");
    assert_eq!(output.status.code(), Some(0), "{}", err(&output));
    let text = std::fs::read_to_string(&part).unwrap();
    let mine = folder.join("mine.ttl");
    let [own, other] = [&mine, &part].map(|file| format!(":export {} MATCH (x:Element) RETURN x", file.display()));
    let twice = portolan(&["-c", &own, "-c", &own, "-c", &other], b"");
    assert_eq!(
        (err(&twice).matches("triples as Turtle").count(), twice.status.code()),
        (2, Some(1)),
        "{}",
        err(&twice)
    );
    assert!(err(&twice).contains("part.ttl` already"), "{}", err(&twice));
    assert!(text.contains("id:dysprosium") && text.contains("meta:citation"), "{text}");

    let misspelt = portolan(&["sparql", "SELEKT ?x { ?x a ns:Material }"], b"");
    assert_eq!(misspelt.status.code(), Some(1));
    assert!(err(&misspelt).contains("did you mean `SELECT`?"), "{}", err(&misspelt));
    assert_eq!(portolan(&["export", "--format", "tutle"], b"").status.code(), Some(2));
    let lost = folder.join("none/graph.ttl");
    let nowhere = portolan(&["export", "-o", lost.to_str().unwrap()], b"");
    assert_eq!((nowhere.status.code(), err(&nowhere).contains("cannot write")), (Some(2), true), "{}", err(&nowhere));
}

#[test]
fn a_query_over_its_time_ends_with_a_message() {
    let endless = "UNWIND range(1, 100000) AS a UNWIND range(1, 100000) AS b RETURN count(*)";
    let output = portolan(&["-c", endless, "--timeout", "0.2"], b"");
    assert_eq!(output.status.code(), Some(1));
    assert!(err(&output).contains("R210"), "{}", err(&output));
}

/// On a terminal one line tells how far a long load has come; a pipe gets nothing of it.
#[cfg(all(unix, feature = "shell"))]
#[test]
fn a_long_load_tells_how_far_it_has_come_on_a_terminal_only() {
    let home = folder("long-load");
    let rows: Vec<String> = (0..12_000).map(|row| format!("p{row},maker {}", row % 50)).collect();
    std::fs::write(home.join("goods.csv"), format!("good,maker\n{}\n", rows.join("\n"))).unwrap();
    let mapping = "sources: [{id: lab, publisher: A laboratory, title: Goods}]
import:
  - table: goods.csv
    nodes:
      - {id: \"{good}\", is: Product, name: \"{good} of {maker}\", aliases: [\"{good}\"], cite: lab}
      - {id: \"{maker}\", is: Company, name: \"{maker}\", MAKES: \"{good}\", cite: lab}
";
    let file = home.join("goods.yaml");
    std::fs::write(&file, mapping).unwrap();
    let mut command = Command::new(env!("CARGO_BIN_EXE_portolan"));
    command.current_dir(env!("CARGO_MANIFEST_DIR")).env("NO_COLOR", "1").env("TERM", "xterm");
    command.args(["import", file.to_str().unwrap()]);
    let mut terminal = rexpect::session::spawn_command(command, Some(20_000)).unwrap();
    terminal
        .exp_regex("(filling in|noting the ids of|linking|arranging) [0-9]+ (of [0-9]+ )?(rows|entries|nodes)")
        .unwrap();
    terminal.exp_string("12050 nodes, 12000 relationships").unwrap();
    terminal.exp_eof().unwrap();
    let piped = portolan(&["import", file.to_str().unwrap()], b"");
    assert!(err(&piped).starts_with("12050 nodes, 12000 relationships"), "{}", err(&piped));
}

/// A pseudo-terminal: a statement over two lines, completion, and Ctrl-C that stops the query and not the shell.
#[cfg(all(unix, feature = "shell"))]
#[test]
fn the_prompt_edits_completes_and_survives_an_interrupt() {
    let mut command = Command::new(env!("CARGO_BIN_EXE_portolan"));
    command.current_dir(env!("CARGO_MANIFEST_DIR")).env("NO_COLOR", "1").env("TERM", "xterm");
    command.env("XDG_STATE_HOME", folder("state"));
    let mut prompt = rexpect::session::spawn_command(command, Some(20_000)).unwrap();
    prompt.exp_string("portolan>").unwrap();
    prompt.send_line("RETURN (1 +").unwrap();
    prompt.send_line("41) AS answer;").unwrap();
    prompt.exp_string("42").unwrap();
    prompt.exp_string("portolan>").unwrap();
    // A call waits for what is wanted of it, and a text that went on for its end.
    for line in
        ["CALL db.labels()", "YIELD label WITH label WHERE label STARTS WITH 'ExportB'", "RETURN label", "LIMIT 7"]
    {
        prompt.send_line(line).unwrap();
    }
    prompt.send_line("").unwrap();
    prompt.exp_string("ExportBan").unwrap();
    prompt.exp_string("1 row").unwrap();
    prompt.exp_string("portolan>").unwrap();
    // What was pasted runs at the first Enter.
    prompt.send("\x1b[200~UNWIND [3, 1] AS x\nRETURN x * 100 AS hundreds\nORDER BY x\x1b[201~").unwrap();
    prompt.send_line("").unwrap();
    prompt.exp_string("300").unwrap();
    prompt.exp_string("portolan>").unwrap();
    prompt.send(":timi\t off\r").unwrap();
    prompt.flush().unwrap();
    prompt.exp_string("timing is not shown").unwrap();
    prompt.exp_string("portolan>").unwrap();
    prompt.send_line("UNWIND range(1, 1000000) AS a UNWIND range(1, 1000000) AS b RETURN count(*)").unwrap();
    std::thread::sleep(std::time::Duration::from_millis(700));
    prompt.send_control('c').unwrap();
    prompt.exp_string("R209").unwrap();
    prompt.exp_string("portolan>").unwrap();
    prompt.send_line("RETURN 6 * 7 AS still").unwrap();
    prompt.exp_string("42").unwrap();
    prompt.exp_string("portolan>").unwrap();
    prompt.send_line("UNWIND range(1, 100) AS n RETURN n").unwrap();
    let shown = prompt.exp_string("60 rows between").unwrap();
    assert!(
        shown.contains(" 20 ") && !shown.contains(" 21 ") && shown.contains(" 81 ") && shown.contains(" 100 "),
        "{shown}"
    );
    prompt.send_line(":quit").unwrap();
    prompt.exp_eof().unwrap();
}

#[test]
fn what_is_said_about_all_commands_may_stand_before_them() {
    let day = folder("before").join("day.nt");
    let _ = std::fs::remove_file(&day);
    let written = portolan(
        &["--as-of", "2025-12-01", "--color", "never", "export", "--statements", "none", "-o", day.to_str().unwrap()],
        b"",
    );
    assert_eq!(written.status.code(), Some(0), "{}", err(&written));
    assert!(std::fs::read_to_string(&day).unwrap().contains("COVERS"));
    let misplaced = portolan(&["-c", "RETURN 1", "check"], b"");
    assert_eq!(misplaced.status.code(), Some(2));
    assert!(err(&misplaced).contains("give the files after it"), "{}", err(&misplaced));
}

#[test]
fn a_graph_that_was_written_as_rdf_can_be_opened() {
    let graph = folder("rdf-opened").join("graph.ttl");
    let _ = std::fs::remove_file(&graph);
    let path = graph.to_str().unwrap();
    assert_eq!(portolan(&["export", "-o", path], b"").status.code(), Some(0));
    let rules = Path::new(env!("CARGO_MANIFEST_DIR")).join("graph-data/rules");
    let query = "MATCH (:Company {id: 'volkswagen'})-[:DEPENDS_ON]->(m) RETURN count(m) AS n";
    let ask = |arguments: &[&str]| out(&portolan(&[arguments, &["--mode", "csv", "-c", query]].concat(), b""));
    let shipped = ask(&[]);
    let (one, other) = (rules.join("dependence.cypher"), rules.join("manufacturer.cypher"));
    assert_eq!(ask(&[path, one.to_str().unwrap(), other.to_str().unwrap()]), shipped);
    let two = portolan(&[path, path, "-c", query], b"");
    assert_eq!(two.status.code(), Some(3));
    assert!(err(&two).contains("more than one graph"), "{}", err(&two));
}

#[cfg(feature = "rdf")]
#[test]
fn a_product_in_sparql_that_asks_the_graph_of_nothing_ends_with_its_time() {
    let values = (0..8).map(|i| format!("VALUES ?v{i} {{ 0 1 2 3 4 5 6 7 8 9 }}")).collect::<Vec<_>>().join(" ");
    let query = format!("SELECT (count(*) AS ?n) {{ {values} }}");
    let began = std::time::Instant::now();
    let stopped = portolan(&["sparql", &query, "--timeout", "0.3"], b"");
    assert_eq!(stopped.status.code(), Some(1), "{}", err(&stopped));
    assert!(err(&stopped).contains("R210"), "{}", err(&stopped));
    assert!(began.elapsed().as_secs() < 30, "it was waited for");
}

#[cfg(unix)]
#[test]
fn a_pipe_in_a_folder_is_not_waited_for() {
    let folder = folder("pipe");
    let made = std::process::Command::new("mkfifo").arg(folder.join("x.yaml")).status();
    if !made.is_ok_and(|status| status.success()) {
        return;
    }
    let checked = portolan(&["check", folder.to_str().unwrap()], b"");
    assert_eq!(checked.status.code(), Some(3));
    assert!(err(&checked).contains("it is not a file"), "{}", err(&checked));
}

#[test]
fn what_is_too_wide_for_a_table_has_a_line_for_each_value() {
    let columns: Vec<String> = (0..40).map(|i| format!("{i} AS c{i}")).collect();
    let output = portolan(&["-c", &format!("RETURN {}", columns.join(", "))], b"");
    assert!(out(&output).starts_with("c0: 0\nc1: 1\n"), "{}", out(&output));
}

#[cfg(unix)]
#[test]
fn the_signal_to_end_stops_a_script_with_the_statement_that_runs() {
    let endless = "UNWIND range(1, 1000000) AS a UNWIND range(1, 1000000) AS b RETURN count(*)";
    let script = folder("stop").join("script.cypher");
    std::fs::write(&script, format!("RETURN 'begun';\n{endless};\n{endless};\nRETURN 'after';\n")).unwrap();
    let mut child = Command::new(env!("CARGO_BIN_EXE_portolan"))
        .args(["--mode", "csv", "-f", script.to_str().unwrap()])
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .env("XDG_STATE_HOME", folder("state"))
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    // The first answer tells that the endless statement comes next.
    let mut begun = [0; 1];
    std::io::Read::read_exact(child.stdout.as_mut().unwrap(), &mut begun).unwrap();
    let signal = format!("kill {}", child.id());
    assert!(Command::new("sh").args(["-c", &signal]).status().unwrap().success());
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(130), "{}", err(&output));
    assert!(!out(&output).contains("after"), "{}", out(&output));
}

/// A graph of its own, and a folder for what its sessions leave.
fn graph_of_its_own(name: &str) -> (PathBuf, PathBuf) {
    let home = folder(name);
    std::fs::remove_dir_all(&home).unwrap();
    let graph = home.join("graph");
    std::fs::create_dir_all(&graph).unwrap();
    let text =
        "sources: [{id: atlas, publisher: A, title: Atlas}]\nnodes: [{id: eu, is: Bloc, name: EU, cite: atlas}]\n";
    std::fs::write(graph.join("atlas.yaml"), text).unwrap();
    (graph, home)
}

/// Runs statements on a graph of its own; gives what was written, and the messages.
fn at_home((graph, home): &(PathBuf, PathBuf), arguments: &[&str]) -> (String, String, Option<i32>) {
    let output = Command::new(env!("CARGO_BIN_EXE_portolan"))
        .arg(graph)
        .args(["--mode", "csv"])
        .args(arguments)
        .env("XDG_STATE_HOME", home)
        .env("NO_COLOR", "1")
        .stdin(Stdio::null())
        .output()
        .unwrap();
    (out(&output), err(&output), output.status.code())
}

const FRANCE: &str = "CREATE (:Country {id: 'france', name: 'France'}) CITING 'atlas'";

#[test]
fn what_a_script_changes_is_told_at_the_next_start_until_it_is_saved() {
    let home = graph_of_its_own("script-changes");
    let (_, said, _) = at_home(&home, &["-c", FRANCE]);
    assert!(said.contains("1 statement of this session is in no file"), "{said}");
    let (rows, said, _) = at_home(&home, &["-c", "MATCH (n) RETURN count(n) AS n"]);
    assert!(rows == "n\n1\n" && said.contains("left 1 statement that is not in the files"), "{rows}{said}");
    let file = home.0.join("france.yaml");
    let save = format!(":save {}", file.display());
    let (rows, said, code) = at_home(&home, &["--recover", "-c", "MATCH (n) RETURN count(n) AS n", "-c", &save]);
    assert!(rows == "n\n2\n" && said.contains("1 statement saved in") && code == Some(0), "{rows}{said}");
    assert!(!said.contains("in no file"), "{said}");
    let (rows, said, _) = at_home(&home, &["-c", "MATCH (n) RETURN n.name AS name ORDER BY name"]);
    assert!(rows == "name\nEU\nFrance\n" && !said.contains("session"), "{rows}{said}");
    let (_, said, code) = at_home(&home, &["-c", &save]);
    assert!(said.contains("there is a file") && code == Some(1), "{said}");
}

#[test]
fn a_session_that_is_only_tried_leaves_nothing_and_discarded_ones_are_gone() {
    let home = graph_of_its_own("tried");
    let (_, said, _) = at_home(&home, &["--scratch", "-c", FRANCE]);
    assert!(said.contains("is gone when it ends"), "{said}");
    at_home(&home, &["-c", FRANCE]);
    let (_, said, _) = at_home(&home, &["-c", ":recover discard", "-c", ":recover"]);
    assert!(said.contains("discarded") && said.contains("no session left anything"), "{said}");
}

#[test]
fn the_id_that_a_node_is_created_with_is_the_one_that_is_saved() {
    let home = graph_of_its_own("own-id");
    let file = home.0.join("france.yaml");
    let save = format!(":save {}", file.display());
    let id = "MATCH (c:Country) RETURN elementId(c) AS stable, c.id AS id";
    let merge = "MERGE (c:Country {id: $id}) CITING 'atlas' ON CREATE SET c.name = 'France'";
    let (rows, said, code) = at_home(&home, &["--param", "id=france", "-c", merge, "-c", id, "-c", &save]);
    assert!(rows.contains("stable,id\nfrance,france\n") && code == Some(0), "{rows}{said}");
    assert!(said.contains("1 statement saved in") && !said.contains("not saved"), "{said}");
    assert_eq!(at_home(&home, &["-c", id]).0, "stable,id\nfrance,france\n");

    let later = home.0.join("later.yaml");
    let save = format!(":save {}", later.display());
    let (_, said, _) = at_home(&home, &["-c", "CREATE (c:Country) SET c.id = 'spain'", "-c", &save]);
    assert!(said.contains("it was created with the id `node-2`, by which the file names it"), "{said}");
}

#[test]
fn a_definition_is_saved_beside_the_file_and_both_are_read_again() {
    let home = graph_of_its_own("definition");
    let save = format!(":save {}", home.0.join("near.yaml").display());
    let define = "DEFINE (a:Actor)-[:NEAR]->(b:Actor) AS MATCH (a), (b)";
    let (_, said, _) = at_home(&home, &["-c", FRANCE, "-c", define, "-c", &save]);
    assert!(said.contains("1 statement and 1 definition saved in"), "{said}");
    let (rows, said, _) = at_home(&home, &["-c", "MATCH (:Country)-[:NEAR]->(x) RETURN count(x) AS n"]);
    assert_eq!(rows, "n\n2\n", "{said}");
}

#[test]
fn a_graph_that_a_session_made_of_tables_is_stored_whole_and_opened_again() {
    let home = graph_of_its_own("store");
    let rows: Vec<String> = (0..3000).map(|n| format!("{n},{}", n * 7 % 3000)).collect();
    std::fs::write(home.1.join("links.csv"), format!("from,to\n{}\n", rows.join("\n"))).unwrap();
    let script = "UNWIND range(0, 2999) AS n CREATE (:Part {number: n, name: 'part ' + n});
        LOAD CSV WITH HEADERS FROM 'links.csv' AS row
            MATCH (a:Part {number: toInteger(row.from)}), (b:Part {number: toInteger(row.to)}) CREATE (a)-[:FITS {row: row.to}]->(b);
        MATCH (:Part {number: 1})-[f:FITS]->() DELETE f;
        MATCH (p:Part {number: 2}) SET p.name = 'the second';
        DEFINE (a:Part)-[:NEAR]->(b:Part) AS MATCH (a)-[:FITS]->(b);";
    std::fs::write(home.1.join("load.cypher"), script).unwrap();
    let count =
        "MATCH (a:Part)-[f:FITS]->(b) RETURN count(*) AS n, sum(a.number) AS a, sum(b.number) AS b, max(f.row) AS row";
    let near = "MATCH (a:Part {name: 'the second'})-[:NEAR]->(b) RETURN b.number AS n";
    let asked = |graph: &Path, before: &[&str]| {
        let output = Command::new(env!("CARGO_BIN_EXE_portolan"))
            .arg(graph)
            .args(["--mode", "csv", "--scratch"])
            .args(before)
            .args(["-c", count, "-c", near])
            .current_dir(&home.1)
            .env("XDG_STATE_HOME", &home.1)
            .env("NO_COLOR", "1")
            .stdin(Stdio::null())
            .output()
            .unwrap();
        (out(&output), err(&output), output.status.code())
    };
    let (rows, said, code) = asked(&home.0, &["-c", ":read load.cypher", "-c", ":store parts.portolan"]);
    assert!(rows.ends_with("n,a,b,row\n2999,4498499,4498493,999\nn\n14\n") && code == Some(0), "{rows}{said}");
    assert!(said.contains("3001 nodes, 2999 relationships: stored in parts.portolan"), "{said}");
    let (again, said, code) = asked(&home.1.join("parts.portolan"), &[]);
    assert!(rows.ends_with(&again) && code == Some(0), "{again}{said}");
    for (command, wrong) in [
        (":store", "a file is missing"),
        (":store parts.yaml", "`parts.yaml` is no name of a stored graph"),
        (":store parts.portolan", "there is a file `parts.portolan` already"),
    ] {
        let (_, said, code) = asked(&home.0, &["-c", command]);
        assert!(said.contains(wrong) && code == Some(1), "{command}: {said}");
    }
    let (_, said, _) = asked(&home.0, &["-c", "MATCH (n) DELETE n", "-c", ":store none.portolan"]);
    assert!(said.contains("nodes of it were deleted") && !home.1.join("none.portolan").exists(), "{said}");
}

#[test]
fn a_log_that_cannot_be_read_ends_recovering_with_exit_code_3_and_nothing_else() {
    let home = graph_of_its_own("damaged");
    at_home(&home, &["-c", FRANCE]);
    let logs = home.1.join("portolan/sessions");
    let log = std::fs::read_dir(&logs).unwrap().next().unwrap().unwrap().path();
    let text = std::fs::read_to_string(&log).unwrap();
    std::fs::write(&log, text.replace("france", "prussia")).unwrap();
    let (_, said, code) = at_home(&home, &["--recover", "-c", "RETURN 1"]);
    assert!(said.contains("error[S504]") && said.contains("line 2 of") && code == Some(3), "{said}");
    let (rows, said, code) = at_home(&home, &["-c", "RETURN 1 AS one"]);
    assert!(rows == "one\n1\n" && said.contains("error[S504]") && code == Some(0), "{said}");
}

/// A pseudo-terminal: leaving asks, and the next session is asked what to do with what is left.
#[cfg(all(unix, feature = "shell"))]
#[test]
fn leaving_with_unsaved_changes_asks_and_the_next_session_recovers_them() {
    let (graph, home) = graph_of_its_own("leaving");
    let start = || {
        let mut command = Command::new(env!("CARGO_BIN_EXE_portolan"));
        command.arg(&graph).env("NO_COLOR", "1").env("TERM", "xterm").env("XDG_STATE_HOME", &home).current_dir(&graph);
        rexpect::session::spawn_command(command, Some(20_000)).unwrap()
    };
    let mut prompt = start();
    prompt.exp_string("portolan>").unwrap();
    prompt.send_line(FRANCE).unwrap();
    prompt.exp_string("`:save FILE.yaml` writes what this session adds").unwrap();
    prompt.exp_string("portolan>").unwrap();
    prompt.send_line(":quit").unwrap();
    prompt.exp_string("1 statement of this session is in no file").unwrap();
    prompt.exp_string("stay (c)?").unwrap();
    prompt.send_line("c").unwrap();
    prompt.exp_string("portolan>").unwrap();
    prompt.send_control('d').unwrap();
    prompt.exp_string("stay (c)?").unwrap();
    prompt.send_line("l").unwrap();
    prompt.exp_eof().unwrap();

    let mut prompt = start();
    prompt.exp_string("left 1 statement that is not in the files").unwrap();
    prompt.exp_string("CREATE (:Country").unwrap();
    prompt.exp_string("(d)iscard them?").unwrap();
    prompt.send_line("what?").unwrap();
    prompt.exp_string("(d)iscard them?").unwrap();
    prompt.send_line("r").unwrap();
    prompt.exp_string("done again").unwrap();
    prompt.exp_string("portolan>").unwrap();
    prompt.send_line(":quit").unwrap();
    prompt.exp_string("stay (c)?").unwrap();
    prompt.send_line("s france.yaml").unwrap();
    prompt.exp_string("1 statement saved in france.yaml").unwrap();
    prompt.exp_eof().unwrap();
    assert!(std::fs::read_to_string(graph.join("france.yaml")).unwrap().contains("- {id: france, is: Country"));
    assert_eq!(std::fs::read_dir(home.join("portolan/sessions")).unwrap().count(), 0);
}

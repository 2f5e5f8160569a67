//! Reading feature files: text → scenarios, outlines written out.
//!
//! Only the part of Gherkin that the suite uses is read, and whatever is not understood is an error with its line: a
//! reader that passes over what it does not know would count scenarios that never ran as good ones.

/// One scenario to be executed: a plain one, or an outline with one row of its examples filled in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Scenario {
    /// The name as the file has it, placeholders not filled in.
    pub name: String,
    /// Which row of the examples was filled in, from 1, counted through all tables; `None` for a plain scenario.
    pub row: Option<usize>,
    /// Words beginning with `@` above the scenario and above its feature.
    pub tags: Vec<String>,
    /// Those of the background first.
    pub steps: Vec<Step>,
}

/// One line that says what to do or what to check.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    /// What the line says after its keyword.
    pub text: String,
    /// What stands below it.
    pub argument: Argument,
}

/// What stands below a step.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Argument {
    /// Nothing.
    Nothing,
    /// A text between lines of three quotes.
    Text(String),
    /// A table whose rows are equally long.
    Table(Vec<Vec<String>>),
}

/// What a file says, before examples are filled in.
#[derive(Default)]
struct Template {
    name: String,
    line: usize,
    is_outline: bool,
    tags: Vec<String>,
    steps: Vec<Step>,
    examples: Vec<Vec<Vec<String>>>,
}

/// Where the reader is in a file.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Place {
    Start,
    Feature,
    Background,
    Steps,
    Examples,
}

const STEP_KEYWORDS: [&str; 5] = ["Given ", "When ", "Then ", "And ", "But "];

/// The scenarios of a feature file, in order.
///
/// # Errors
/// What was not understood, with its line.
pub fn read(text: &str) -> Result<Vec<Scenario>, String> {
    let mut lines = Lines { lines: text.lines().collect(), next: 0 };
    let (mut place, mut feature_tags, mut tags) = (Place::Start, Vec::new(), Vec::new());
    let mut background: Option<Vec<Step>> = None;
    let mut templates: Vec<Template> = Vec::new();

    while let Some((number, line)) = lines.next_line() {
        let wrong = |message: &str| Err(format!("line {number}: {message}: `{line}`"));
        if line.starts_with('@') {
            let words: Vec<String> = line.split_whitespace().map(str::to_owned).collect();
            if words.iter().any(|word| !word.starts_with('@') || word.len() == 1) {
                return wrong("not a line of tags");
            }
            tags.extend(words);
            continue;
        }
        if let Some(keyword) = STEP_KEYWORDS.iter().find(|keyword| line.starts_with(**keyword)) {
            let steps = match (place, templates.last_mut(), &mut background) {
                (Place::Steps, Some(template), _) => &mut template.steps,
                (Place::Background, _, Some(steps)) => steps,
                _ => return wrong("a step outside a scenario"),
            };
            if !tags.is_empty() {
                return wrong("a step cannot have tags");
            }
            let argument = lines.argument()?;
            steps.push(Step { text: line[keyword.len()..].trim().to_owned(), argument });
            continue;
        }
        let Some((keyword, name)) = line.split_once(':') else { return wrong("neither a keyword nor a step") };
        let name = name.trim();
        match (keyword, place) {
            ("Feature", Place::Start) => {
                place = Place::Feature;
                feature_tags = std::mem::take(&mut tags);
            }
            ("Background", Place::Feature) if tags.is_empty() && name.is_empty() => {
                place = Place::Background;
                background = Some(Vec::new());
            }
            ("Scenario" | "Scenario Outline", Place::Feature | Place::Background | Place::Steps | Place::Examples) => {
                if name.is_empty() {
                    return wrong("a scenario without a name");
                }
                place = Place::Steps;
                let mut all = feature_tags.clone();
                all.append(&mut tags);
                let is_outline = keyword == "Scenario Outline";
                templates.push(Template {
                    name: name.to_owned(),
                    line: number,
                    is_outline,
                    tags: all,
                    ..Template::default()
                });
            }
            ("Examples", Place::Steps | Place::Examples) if tags.is_empty() => {
                place = Place::Examples;
                let rows = lines.table()?;
                match templates.last_mut() {
                    Some(template) if rows.len() > 1 => template.examples.push(rows),
                    _ => return wrong("examples without a row: nothing would run"),
                }
            }
            _ => return wrong("not understood here"),
        }
    }
    if !tags.is_empty() {
        return Err("tags with nothing below them".to_owned());
    }
    if place == Place::Start {
        return Err("no feature".to_owned());
    }
    let mut scenarios = Vec::new();
    for template in &templates {
        template.write_out(background.as_deref().unwrap_or_default(), &mut scenarios)?;
    }
    Ok(scenarios)
}

impl Template {
    fn write_out(&self, background: &[Step], scenarios: &mut Vec<Scenario>) -> Result<(), String> {
        let wrong = |message: &str| Err(format!("line {}: {message}: `{}`", self.line, self.name));
        if self.steps.is_empty() {
            return wrong("a scenario without steps");
        }
        if self.is_outline == self.examples.is_empty() {
            return wrong("an outline has examples, and nothing else has");
        }
        let scenario = |row, steps: Vec<Step>| {
            let steps = background.iter().cloned().chain(steps).collect();
            Scenario { name: self.name.clone(), row, tags: self.tags.clone(), steps }
        };
        if !self.is_outline {
            scenarios.push(scenario(None, self.steps.clone()));
            return Ok(());
        }
        let mut number = 0;
        for table in &self.examples {
            let Some((header, rows)) = table.split_first() else { continue };
            for row in rows {
                number += 1;
                let filled = self.steps.iter().map(|step| step.map(|text| fill(text, header, row))).collect();
                scenarios.push(scenario(Some(number), filled));
            }
        }
        Ok(())
    }
}

impl Step {
    /// This step with every text in it changed.
    fn map(&self, change: impl Fn(&str) -> String) -> Step {
        let argument = match &self.argument {
            Argument::Nothing => Argument::Nothing,
            Argument::Text(text) => Argument::Text(change(text)),
            Argument::Table(rows) => {
                Argument::Table(rows.iter().map(|row| row.iter().map(|cell| change(cell)).collect()).collect())
            }
        };
        Step { text: change(&self.text), argument }
    }
}

/// A text with each `<name>` replaced; what is put in is not searched again.
fn fill(text: &str, header: &[String], row: &[String]) -> String {
    let (mut filled, mut rest) = (String::new(), text);
    while let Some(at) = rest.find('<') {
        let (before, after) = rest.split_at(at);
        filled.push_str(before);
        let placeholder = header.iter().zip(row).find_map(|(name, value)| {
            let end = after[1..].strip_prefix(name.as_str())?.strip_prefix('>')?;
            Some((value, end))
        });
        match placeholder {
            Some((value, end)) => {
                filled.push_str(value);
                rest = end;
            }
            None => {
                filled.push('<');
                rest = &after[1..];
            }
        }
    }
    filled.push_str(rest);
    filled
}

struct Lines<'t> {
    lines: Vec<&'t str>,
    next: usize,
}

impl<'t> Lines<'t> {
    /// The number and the text of the next line that is neither blank nor a comment.
    fn peek(&mut self) -> Option<(usize, &'t str)> {
        while let Some(line) = self.lines.get(self.next) {
            let line = line.trim();
            if !line.is_empty() && !line.starts_with('#') {
                return Some((self.next + 1, line));
            }
            self.next += 1;
        }
        None
    }

    fn next_line(&mut self) -> Option<(usize, &'t str)> {
        let line = self.peek();
        self.next += 1;
        line
    }

    fn argument(&mut self) -> Result<Argument, String> {
        match self.peek() {
            Some((_, line)) if line.starts_with("\"\"\"") => self.doc_string().map(Argument::Text),
            Some((_, line)) if line.starts_with('|') => self.table().map(Argument::Table),
            _ => Ok(Argument::Nothing),
        }
    }

    /// The lines between two lines of three quotes, without the indentation of the first.
    fn doc_string(&mut self) -> Result<String, String> {
        let opening = self.lines[self.next];
        let number = self.next + 1;
        if opening.trim() != "\"\"\"" {
            return Err(format!("line {number}: nothing may follow three quotes: `{}`", opening.trim()));
        }
        let indentation = opening.chars().take_while(|c| c.is_whitespace()).count();
        let mut text: Vec<String> = Vec::new();
        for line in &self.lines[self.next + 1..] {
            if line.trim() == "\"\"\"" {
                self.next += text.len() + 2;
                return Ok(text.join("\n"));
            }
            let n_blank = line.chars().take_while(|c| c.is_whitespace()).count();
            let inner: String = line.chars().skip(indentation.min(n_blank)).collect();
            text.push(inner.replace("\\\"\\\"\\\"", "\"\"\""));
        }
        Err(format!("line {number}: these three quotes are not closed"))
    }

    /// Rows that are equally long; blank lines and comments between them count as nothing.
    fn table(&mut self) -> Result<Vec<Vec<String>>, String> {
        let mut rows: Vec<Vec<String>> = Vec::new();
        while let Some((number, line)) = self.peek().filter(|(_, line)| line.starts_with('|')) {
            let row = cells(line).map_err(|message| format!("line {number}: {message}: `{line}`"))?;
            if rows.first().is_some_and(|first| first.len() != row.len()) {
                return Err(format!("line {number}: not as many cells as in the row above: `{line}`"));
            }
            rows.push(row);
            self.next += 1;
        }
        Ok(rows)
    }
}

/// The cells of a row; `|` alone has none.
fn cells(line: &str) -> Result<Vec<String>, String> {
    let inner = line.strip_prefix('|').ok_or("a row begins with `|`")?;
    let (mut cells, mut start, mut is_escaped) = (Vec::new(), 0, false);
    for (at, c) in inner.char_indices() {
        match c {
            _ if is_escaped => is_escaped = false,
            '\\' => is_escaped = true,
            '|' => {
                cells.push(unescape(inner[start..at].trim()));
                start = at + 1;
            }
            _ => {}
        }
    }
    if inner[start..].trim().is_empty() { Ok(cells) } else { Err("a row ends with `|`".to_owned()) }
}

/// `\|`, `\\` and `\n` are escapes of Gherkin; a backslash before anything else is the cell's own.
fn unescape(cell: &str) -> String {
    let (mut text, mut chars) = (String::new(), cell.chars());
    while let Some(c) = chars.next() {
        match (c, chars.as_str().chars().next()) {
            ('\\', Some(escaped @ ('|' | '\\' | 'n'))) => {
                text.push(if escaped == 'n' { '\n' } else { escaped });
                chars.next();
            }
            _ => text.push(c),
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::{Argument, Scenario, read};

    fn scenarios(body: &str) -> Result<Vec<Scenario>, String> {
        read(&format!("Feature: F\n{body}"))
    }

    fn only(body: &str) -> Scenario {
        let mut all = scenarios(body).unwrap();
        assert_eq!(all.len(), 1);
        all.remove(0)
    }

    #[test]
    fn a_doc_string_loses_the_indentation_of_its_quotes_and_no_more() {
        let scenario = only("  Scenario: s\n    When q:\n      \"\"\"\n      A\n        # B\n\n     C\n      \"\"\"\n");
        assert_eq!(scenario.steps[0].argument, Argument::Text("A\n  # B\n\nC".to_owned()));
    }

    #[test]
    fn cells_are_trimmed_and_their_escapes_are_read_once() {
        let scenario = only("Scenario: s\nThen r:\n| a\\|b | '\\\\n' | '\\'' |\n# between\n| 1 || é |\n");
        let rows = vec![vec!["a|b", "'\\n'", "'\\''"], vec!["1", "", "é"]];
        let rows = rows.into_iter().map(|row| row.into_iter().map(str::to_owned).collect()).collect();
        assert_eq!(scenario.steps[0].argument, Argument::Table(rows));
    }

    #[test]
    fn a_bar_alone_is_a_row_without_cells() {
        assert_eq!(only("Scenario: s\nThen r:\n|\n").steps[0].argument, Argument::Table(vec![vec![]]));
    }

    #[test]
    fn an_outline_runs_once_for_each_row_of_all_its_examples() {
        let body = "Scenario Outline: s <a>\nWhen <a> <b> <c>:\n\"\"\"\n<a>\n\"\"\"\nExamples:\n| a | b |\n| <b> | 1 |\nExamples:\n| a | b |\n| 2 | 3 |\n";
        let all = scenarios(body).unwrap();
        let texts: Vec<&str> = all.iter().map(|scenario| scenario.steps[0].text.as_str()).collect();
        assert_eq!(texts, ["<b> 1 <c>:", "2 3 <c>:"]);
        assert_eq!(all[1].steps[0].argument, Argument::Text("2".to_owned()));
        assert_eq!(all.iter().map(|scenario| scenario.row).collect::<Vec<_>>(), [Some(1), Some(2)]);
        assert_eq!(all[0].name, "s <a>");
    }

    #[test]
    fn the_background_comes_before_the_steps_of_every_scenario() {
        let all = scenarios("Background:\nGiven b\nScenario: s\nWhen x\n@t @u\nScenario: t\nWhen y\n").unwrap();
        let texts = |scenario: &Scenario| scenario.steps.iter().map(|step| step.text.clone()).collect::<Vec<_>>();
        assert_eq!(texts(&all[0]), ["b", "x"]);
        assert_eq!(texts(&all[1]), ["b", "y"]);
        assert_eq!(all[1].tags, ["@t", "@u"]);
        assert!(all[0].tags.is_empty());
    }

    #[test]
    fn what_is_not_understood_is_an_error() {
        let wrong = [
            "Rule: r",
            "Scenaro: s\nWhen x",
            "Scenario: s",
            "Scenario:\nWhen x",
            "Given x",
            "Scenario: s\nWhenever x",
            "Scenario: s\n* x",
            "Scenario: s\nWhen x\n| a |\n| 1 | 2 |",
            "Scenario: s\nWhen x\n| a | b",
            "Scenario: s\nWhen x\n\"\"\"\nnot closed",
            "Scenario: s\nWhen x\n\"\"\"cypher\nA\n\"\"\"",
            "Scenario: s\nWhen x\n\"\"\"\nA\n\"\"\"\n| a |",
            "Scenario: s\nWhen x\nsome words",
            "Scenario: s\nWhen x\nExamples:\n| a |\n| 1 |",
            "Scenario Outline: s\nWhen x",
            "Scenario Outline: s\nWhen x\nExamples:\n| a |",
            "Scenario Outline: s\nWhen x\nExamples:",
            "Scenario: s\nWhen x\n@t\nAnd y",
            "Scenario: s\nWhen x\n@t",
            "Scenario: s\nWhen x\n@t u\nScenario: t\nWhen y",
            "Scenario: s\nWhen x\nBackground:\nGiven b",
            "Feature: g",
        ];
        for body in wrong {
            assert!(scenarios(body).is_err(), "{body:?} was read: {:?}", scenarios(body));
        }
        assert!(read("").is_err());
        assert!(read("Scenario: s\nWhen x").is_err());
    }
}

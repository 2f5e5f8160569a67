//! `:assume` and `:drop`: named updates that the statements after them assume.

use crate::diag::{Diagnostic, SourceText, code};
use crate::parse::{TokenKind, tokens};
use crate::session::{Changes, Scenarios};

use super::command::{Done, Refusal, refused, say};
use super::state::Shell;

/// `:assume`: lists scenarios, names one, switches one on or off.
pub(super) fn assume(shell: &mut Shell, text: &str) -> Done {
    if let Some((name, updates)) = text.split_once('=').filter(|(name, _)| !name.contains('{')) {
        return name_updates(shell, name.trim(), updates);
    }
    let scenarios = &mut shell.session.scenarios;
    match text.split_whitespace().collect::<Vec<_>>().as_slice() {
        [] => return list(shell),
        ["off"] => {
            for name in scenarios.on().to_vec() {
                scenarios.switch_off(&name);
            }
        }
        [name] if !scenarios.switch_on(name) => return Err(unknown(scenarios, name)),
        [name, "off"] if !scenarios.switch_off(name) => {
            let known = scenarios.has(name);
            return Err(if known { refused(format!("`{name}` is not on")) } else { unknown(scenarios, name) });
        }
        [_] | [_, "off"] => {}
        _ => return Err(refused("a scenario is written `NAME = { UPDATES }`")),
    }
    let on = on(scenarios);
    say(shell, &on)
}

/// `:drop`: forgets a scenario.
pub(super) fn drop(shell: &mut Shell, name: &str) -> Done {
    let scenarios = &mut shell.session.scenarios;
    if name.is_empty() {
        return Err(refused("the name of a scenario is missing"));
    }
    if !scenarios.forget(name) {
        return Err(unknown(scenarios, name));
    }
    let said = format!("`{name}` is forgotten; {}", on(scenarios));
    say(shell, &said)
}

fn name_updates(shell: &mut Shell, name: &str, updates: &str) -> Done {
    let letter = |c: char| c.is_alphanumeric() || c == '_' || c == '-';
    if name == "off" || !name.starts_with(char::is_alphabetic) || !name.chars().all(letter) {
        return Err(refused(format!(
            "`{name}` is no name for a scenario: it is a letter, then letters, digits, `-` or `_`"
        )));
    }
    let limits = shell.limits();
    let _attending = shell.attend(&limits);
    match shell.session.name_scenario(name, updates, &limits) {
        Ok((changes, warnings)) => {
            for warning in warnings {
                shell.say(&warning, &SourceText::new("scenario", updates), 0)?;
            }
            let scenarios = &shell.session.scenarios;
            let next = if scenarios.on().iter().any(|on| on == name) {
                on(scenarios)
            } else {
                format!("`:assume {name}` switches it on")
            };
            let does =
                if changes == Changes::default() { "it changes nothing".to_owned() } else { changes.to_string() };
            say(shell, &format!("`{name}`: {does}; {next}"))
        }
        Err(wrong) => Ok(shell.failed(&wrong, &SourceText::new("scenario", updates))?),
    }
}

fn list(shell: &mut Shell) -> Done {
    let scenarios = &shell.session.scenarios;
    let lines: Vec<String> = scenarios
        .iter()
        .map(|(name, updates)| {
            let place = scenarios.on().iter().position(|on| on == name);
            let place = place.map_or_else(|| "  ".to_owned(), |place| format!("{:>2}", place + 1));
            format!("{place} {name} = {updates}")
        })
        .collect();
    if lines.is_empty() {
        return say(shell, "no scenarios; `:assume NAME = { UPDATES }` names one");
    }
    let on = on(scenarios);
    lines.iter().try_for_each(|line| shell.put(line))?;
    say(shell, &on)
}

/// What statements assume from now on.
fn on(scenarios: &Scenarios) -> String {
    match scenarios.on() {
        [] => "nothing is assumed".to_owned(),
        names => format!("assuming {}", names.join(", then ")),
    }
}

fn unknown(scenarios: &Scenarios, name: &str) -> Refusal {
    let wrong = Diagnostic::new(code::COMMAND_ARGUMENT, format!("no scenario `{name}`"));
    Refusal::Wrong(wrong.nearest(name, scenarios.iter().map(|(name, _)| name)))
}

/// Where a command ends that may go on over several lines: with the line on which its braces close, else with the line before
/// an empty one. `None`: the text ends before that.
pub(super) fn end(text: &str) -> Option<usize> {
    let line = |from: usize| text[from..].find('\n').map_or(text.len(), |at| from + at);
    if !text[..line(0)].contains('{') {
        return Some(line(0));
    }
    let mut open = 0;
    let close = tokens(text).into_iter().filter(|(_, kind)| *kind == TokenKind::Bracket).find(|(span, _)| {
        open += match span.of(text) {
            "{" | "(" | "[" => 1,
            _ => -1,
        };
        open <= 0
    });
    match close {
        Some((span, _)) => Some(line(span.end)),
        None => text.match_indices('\n').map(|(at, _)| at).find(|at| text[at + 1..line(at + 1)].trim().is_empty()),
    }
}

#[cfg(test)]
mod tests {
    use super::end;

    #[test]
    fn the_updates_of_a_scenario_end_where_their_braces_close() {
        for (text, expected) in [
            (":assume a = { SUSPEND m }\nRETURN 1", Some(":assume a = { SUSPEND m }")),
            (":assume a = {\n CREATE ({a: '}'}) // }\n}\nRETURN 1", Some(":assume a = {\n CREATE ({a: '}'}) // }\n}")),
            (":assume a\nRETURN {a: 1}", Some(":assume a")),
            (":assume a = {\n CREATE ()\n\nRETURN 1", Some(":assume a = {\n CREATE ()")),
            (":assume a = {\n CREATE ()", None),
        ] {
            assert_eq!(end(text).map(|end| &text[..end]), expected, "{text}");
        }
    }
}

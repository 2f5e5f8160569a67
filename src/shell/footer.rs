//! The line below an answer: rows, time, frame, and what the frame hid; of an update, what it changed. Below it, where an
//! answer says something by absence, for what the graph is stated to be complete.

use crate::session::Answer;

use super::screen;

/// The footer of an answer, with the time it took if `timed`.
#[must_use]
pub fn footer(answer: &Answer, timed: bool) -> String {
    let rows = screen::counted(answer.rows.len(), "row");
    let time = if timed { format!(" in {:.1} ms", answer.elapsed.as_secs_f64() * 1000.0) } else { String::new() };
    let mut parts = match answer.changes {
        None => vec![format!("{rows}{time}"), asked(answer)],
        Some(changes) if answer.columns.is_empty() => vec![format!("{changes}{time}")],
        Some(changes) => vec![format!("{rows}{time}"), changes.to_string()],
    };
    parts.extend(answer.called.iter().cloned());
    if let Some(footer) = &answer.footer {
        let hidden = footer.hidden;
        let reasons = [
            (hidden.unrealised, "unrealised"),
            (hidden.deprecated, "known to be wrong"),
            (hidden.negated, "that say no"),
            (hidden.not_known, "not known then"),
            (hidden.unknown_status, "of unknown status"),
            (hidden.not_in_force, "not in force"),
            (hidden.outside, "outside their period"),
        ];
        parts.extend(counted("hidden statements: ", &reasons));
        let shown = [
            (footer.undated, "without a date"),
            (footer.projected, "projected beyond the last check"),
            (footer.hindsight, "of unknown age"),
        ];
        parts.extend(counted("shown: ", &shown));
        parts.extend(footer.status_projected.then(|| "status: projected beyond the last check".to_owned()));
    }
    let line = parts.join(" · ");
    answer.silence.as_ref().map_or_else(|| line.clone(), |silence| format!("{line}\n{silence}"))
}

/// The frame, or the two that were compared, and whether something was assumed.
pub(super) fn asked(answer: &Answer) -> String {
    let frame = answer.frame;
    let scenarios = match answer.scenarios.as_slice() {
        [] => String::new(),
        names => format!(", assuming {}", names.join(", ")),
    };
    let assuming = match (answer.assuming, scenarios.as_str()) {
        (false, _) => scenarios.clone(),
        (true, "") => ", under an assumption".to_owned(),
        (true, _) => format!("{scenarios} and what the statement says"),
    };
    match answer.compared {
        None => format!("{frame}{assuming}"),
        Some(before) if before == frame && answer.assuming => format!("{frame}{scenarios}, changes by an assumption"),
        Some(before) => format!("changes from: {before}; to: {frame}{assuming}"),
    }
}

fn counted(what: &str, counts: &[(usize, &str)]) -> Option<String> {
    let words: Vec<String> = counts.iter().filter(|(n, _)| *n > 0).map(|(n, why)| format!("{n} {why}")).collect();
    (!words.is_empty()).then(|| format!("{what}{}", words.join(", ")))
}

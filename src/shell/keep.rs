//! What the shell does with the log: it tells what earlier sessions left, recovers or discards it, and says at the end
//! what is in no file.

use std::io;
use std::path::{Path, PathBuf};

use crate::diag::{Diagnostic, SourceText, code};
use crate::graph;
use crate::log::{self, Left, Log, Record, Unusable};
use crate::session::Engine;

use super::folder;
use super::screen::counted;
#[cfg(feature = "shell")]
use super::script;
use super::state::{Outcome, Shell};

/// Statements that are shown of a session.
#[cfg(feature = "shell")]
const SHOWN: usize = 5;

/// The engine with a log of its graph, where the user has a place for it.
pub(super) fn with_log(engine: Engine, paths: &[PathBuf]) -> Engine {
    let Some(folder) = folder::state() else { return engine };
    let graph = paths.iter().map(|path| whole(path).display().to_string()).collect();
    engine.with_log(Log::new(folder.join("sessions"), graph))
}

/// A path that means the same in every folder.
fn whole(path: &Path) -> PathBuf {
    path.canonicalize().unwrap_or_else(|_| path.to_owned())
}

/// A session that is over, with what of it is in no file of the graph.
pub(super) struct Lost {
    left: Left,
    records: Vec<Record>,
    /// The files are no longer as they were.
    is_changed: bool,
}

impl Lost {
    /// What was left, in a sentence.
    pub fn told(&self) -> String {
        let changed = if self.is_changed { "; the files have changed since" } else { "" };
        let n = counted(self.records.len(), "statement");
        let are = if self.records.len() == 1 { "is" } else { "are" };
        format!("a session of {} left {n} that {are} not in the files of this graph{changed}", self.left.began())
    }

    /// Its statements, a line each; of many the first and the last.
    #[cfg(feature = "shell")]
    pub fn statements(&self) -> Vec<String> {
        let texts: Vec<&str> = self.records.iter().filter_map(Record::statement).collect();
        let line = |text: &&str| format!("    {}", first_line(text));
        if texts.len() <= SHOWN {
            return texts.iter().map(line).collect();
        }
        let (first, last) = (&texts[..SHOWN - 1], &texts[texts.len() - 1..]);
        let more = format!("    … {} more", texts.len() - SHOWN);
        first.iter().map(line).chain([more]).chain(last.iter().map(line)).collect()
    }
}

/// The first line of a text, cut where it is long.
fn first_line(text: &str) -> String {
    const WIDEST: usize = 100;
    let line = text.lines().next().unwrap_or_default();
    let cut: String = line.chars().take(WIDEST).collect();
    if cut.len() < text.len() { format!("{cut} …") } else { cut }
}

/// What earlier sessions left of this graph, and the logs that cannot be used.
fn lost(shell: &Shell) -> (Vec<Lost>, Vec<Diagnostic>) {
    let engine = &shell.session.engine;
    let Some((left, unusable)) = engine.log(|log| {
        let (folder, graph) = log.place();
        log::left(folder, graph)
    }) else {
        return (Vec::new(), Vec::new());
    };
    let mut all = Vec::new();
    if !left.is_empty() {
        let hash = graph::hash(engine.base());
        let folders: Vec<PathBuf> = shell.paths.iter().map(|path| whole(path)).collect();
        let is_loaded = |file: &Path| file.exists() && folders.iter().any(|folder| whole(file).starts_with(folder));
        for left in left {
            let records = left.missing(&hash, is_loaded);
            if records.is_empty() {
                // All of it stands in the files.
                let _ = left.remove();
            } else {
                let is_changed = !left.is_of(&hash);
                all.push(Lost { left, records, is_changed });
            }
        }
    }
    (all, unusable.iter().map(unusable_log).collect())
}

fn unusable_log(wrong: &Unusable) -> Diagnostic {
    let help = match wrong {
        Unusable::Damaged { .. } => {
            "what was changed is in it as text, a statement a line; move it to another folder when you have read it"
        }
        Unusable::Newer { .. } => "recover it with that version",
        _ => "see who may read it",
    };
    let message = format!("what an earlier session changed cannot be recovered: {wrong}");
    Diagnostic::new(code::BAD_LOG, message).help(help)
}

/// At the start: recovers where the command line asks for it, and else tells what there is, unless somebody can be asked.
/// Gives whether all went well.
pub(super) fn begin(shell: &mut Shell, recovers: bool, asks: bool) -> io::Result<bool> {
    if recovers {
        return recover(shell);
    }
    if !asks {
        for lost in tell_unusable(shell)? {
            shell.tell(&format!("{}: `--recover` or `:recover` does them again", lost.told()))?;
        }
    }
    Ok(true)
}

/// What earlier sessions left; the logs that cannot be used are told.
pub(super) fn tell_unusable(shell: &Shell) -> io::Result<Vec<Lost>> {
    let (lost, unusable) = lost(shell);
    unusable.iter().try_for_each(|wrong| shell.say(wrong, &SourceText::new("", ""), 0))?;
    Ok(lost)
}

/// Does again what earlier sessions left; gives whether every log could be used.
pub(super) fn recover(shell: &mut Shell) -> io::Result<bool> {
    let (lost, unusable) = lost(shell);
    unusable.iter().try_for_each(|wrong| shell.say(wrong, &SourceText::new("", ""), 0))?;
    if lost.is_empty() && unusable.is_empty() {
        nothing_left(shell)?;
    }
    for lost in lost {
        recover_one(shell, lost)?;
    }
    Ok(unusable.is_empty())
}

fn nothing_left(shell: &Shell) -> io::Result<()> {
    shell.tell(match shell.session.engine.log(|_| ()) {
        Some(()) => "no session left anything of this graph",
        None => "this session keeps nothing, and does nothing again",
    })
}

/// Does again what one session left.
pub(super) fn recover_one(shell: &mut Shell, lost: Lost) -> io::Result<()> {
    let Lost { left, records, .. } = lost;
    let began = left.began().to_owned();
    match shell.session.engine.recover(left, &records) {
        Ok(recovered) => {
            for (statement, why) in &recovered.refused {
                let wrong = Diagnostic::new(code::NOT_RECOVERED, format!("not done again: {}", first_line(statement)));
                shell.say(&wrong.note(format!("{why}; nothing of it was changed")), &SourceText::new("", ""), 0)?;
            }
            if let Some(aside) = &recovered.aside {
                shell.tell(&format!("what was not done again is kept in {}", aside.display()))?;
            }
            if recovered.n_done == 0 {
                return shell.tell(&format!("nothing of the session of {began} was done again"));
            }
            let n = counted(recovered.n_done, "statement");
            shell.told = true;
            shell.tell(&format!("{n} of the session of {began} done again; `:save FILE.yaml` writes what they add"))
        }
        Err(wrong) => shell.wrong(&wrong),
    }
}

/// Forgets what earlier sessions left.
pub(super) fn discard(shell: &mut Shell) -> io::Result<()> {
    let (lost, _) = lost(shell);
    if lost.is_empty() {
        return nothing_left(shell);
    }
    lost.into_iter().try_for_each(|lost| discard_one(shell, lost))
}

/// Forgets what one session left.
pub(super) fn discard_one(shell: &mut Shell, lost: Lost) -> io::Result<()> {
    let (n, began) = (counted(lost.records.len(), "statement"), lost.left.began().to_owned());
    match lost.left.remove() {
        Ok(()) => shell.tell(&format!("{n} of the session of {began} discarded")),
        Err(error) => {
            shell.wrong(&Diagnostic::new(code::BAD_LOG, format!("the log of {began} cannot be removed: {error}")))
        }
    }
}

/// How many statements of this session are in no file.
pub(super) fn n_unsaved(shell: &Shell) -> usize {
    shell.session.engine.log(|log| log.n_unsaved()).unwrap_or(0)
}

/// At the end: what is in a file needs no log; of what is not, the log stays, and that is told.
pub(super) fn end(shell: &mut Shell) -> io::Result<()> {
    match n_unsaved(shell) {
        0 => forget(shell),
        n => {
            let are = if n == 1 { "is" } else { "are" };
            let n = counted(n, "statement");
            shell.tell(&format!(
                "{n} of this session {are} in no file, and kept for the next: `:save FILE.yaml`, `--recover`"
            ))
        }
    }
}

/// Removes the log of this session.
pub(super) fn forget(shell: &mut Shell) -> io::Result<()> {
    match shell.session.engine.log(Log::remove) {
        Some(Err(error)) => {
            shell.outcome = shell.outcome.max(Outcome::Wrong);
            shell.wrong(&Diagnostic::new(code::BAD_LOG, format!("the log cannot be removed: {error}")))
        }
        Some(Ok(())) | None => Ok(()),
    }
}

/// Runs `:save` with a file that was named at a question.
#[cfg(feature = "shell")]
pub(super) fn save(shell: &mut Shell, file: &str) -> io::Result<()> {
    script::run_text(shell, &SourceText::new("query", format!(":save {file}")))
}

//! What is kept of a session: each change is in its log before it is acknowledged, and what an earlier session left is
//! made to this graph.

use std::io;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};

use crate::diag::{Diagnostic, code};
use crate::graph::{Change, Conflict, Snapshot};
use crate::log::{Changes, Left, Log, Record};
use crate::parse::{self, ast};

use super::Engine;

/// What came of recovering a log.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Recovered {
    /// How many statements were done again.
    pub n_done: usize,
    /// The statements that do not apply any more, and why.
    pub refused: Vec<(String, String)>,
    /// Where these are kept.
    pub aside: Option<PathBuf>,
}

/// Why a version did not become the current one.
enum Failed {
    Conflict(Conflict),
    Log(io::Error),
}

impl From<Conflict> for Failed {
    fn from(conflict: Conflict) -> Self {
        Failed::Conflict(conflict)
    }
}

impl From<io::Error> for Failed {
    fn from(error: io::Error) -> Self {
        Failed::Log(error)
    }
}

impl From<Failed> for Diagnostic {
    fn from(failed: Failed) -> Self {
        match failed {
            Failed::Conflict(conflict) => Diagnostic::new(code::CONFLICT, conflict.to_string())
                .help("nothing was changed; run the statement again"),
            Failed::Log(error) => Diagnostic::new(code::NOT_KEPT, format!("the log cannot be written: {error}"))
                .help("nothing was changed; make room or give access, and run the statement again")
                .help("`portolan --scratch` keeps nothing, and needs no log"),
        }
    }
}

impl Engine {
    /// The same engine, which writes down every change in this log before it is acknowledged. Without one it keeps
    /// nothing beyond its own life.
    #[must_use]
    pub fn with_log(mut self, log: Log) -> Self {
        self.log = Some(Arc::new(Mutex::new(log)));
        self
    }

    /// Does something with the log, if there is one.
    pub fn log<T>(&self, work: impl FnOnce(&mut Log) -> T) -> Option<T> {
        self.log.as_ref().map(|log| work(&mut log.lock().unwrap_or_else(PoisonError::into_inner)))
    }

    /// Makes `next` the current version, if `base` still is; `delta` is what a statement changed in `base`.
    pub(super) fn commit(
        &self,
        base: &Arc<Snapshot>,
        next: Arc<Snapshot>,
        statement: &str,
        delta: &[Change],
    ) -> Result<(), Diagnostic> {
        let record = match self.log {
            Some(_) => {
                let changes = Changes::of(base, delta).map_err(|wrong| Failed::Log(io::Error::other(wrong)))?;
                Some(Record::Changed { statement: statement.trim().to_owned(), changes })
            }
            None => None,
        };
        let next = if next.is_unsettled() { Arc::new(next.settled()) } else { next };
        let first = || record.map_or(Ok(()), |record| self.append(&record).map_err(Failed::Log));
        Ok(self.store.commit_after(base, next, first)?)
    }

    /// Writes down a definition.
    pub(super) fn keep_definition(&self, statement: &str) -> Result<(), Diagnostic> {
        Ok(self.append(&Record::Defined { statement: statement.trim().to_owned() }).map_err(Failed::Log)?)
    }

    fn append(&self, record: &Record) -> io::Result<()> {
        self.log(|log| log.append(&self.base, record)).unwrap_or(Ok(()))
    }

    /// Notes that everything so far stands in a file; `graph` is the hash of the graph with it, and `rest` what it could not
    /// hold, as changes to that graph.
    ///
    /// # Errors
    /// The log cannot be written.
    pub fn saved(&self, file: String, graph: String, rest: Vec<Record>) -> Result<(), Diagnostic> {
        let began = self.log(|log| log.path().is_some()).unwrap_or(false);
        if !began {
            return Ok(());
        }
        Ok(self.append(&Record::Saved { file, graph, rest }).map_err(Failed::Log)?)
    }

    /// Makes these records of an earlier session to this graph, each as a whole or not at all, and takes over its log.
    ///
    /// # Errors
    /// Somebody else changed the graph meanwhile, or the log of this session cannot be written: nothing is changed then.
    pub fn recover(&self, left: Left, records: &[Record]) -> Result<Recovered, Diagnostic> {
        let stored = self.snapshot();
        let (mut version, mut done, mut refused) = (stored.clone(), Vec::new(), Vec::new());
        let rules = self.rules();
        for record in records {
            let applied = match record {
                Record::Changed { changes, .. } => match changes.apply(&version) {
                    Ok(next) => {
                        version = next;
                        Ok(())
                    }
                    Err(wrong) => Err(wrong.to_string()),
                },
                Record::Defined { statement } => self.define_again(statement),
                Record::Saved { .. } => continue,
            };
            match applied {
                Ok(()) => done.push(record.clone()),
                Err(why) => refused.push((record.clone(), why)),
            }
        }
        let mut recovered = Recovered { n_done: done.len(), ..Recovered::default() };
        let first = || -> Result<(), Failed> {
            if !refused.is_empty() {
                let records: Vec<&Record> = refused.iter().map(|(record, _)| record).collect();
                recovered.aside = Some(left.set_aside(&records)?);
            }
            self.log(|log| log.take_over(&self.base, &done, left)).unwrap_or(Ok(()))?;
            Ok(())
        };
        if version.is_unsettled() {
            version = Arc::new(version.settled());
        }
        if let Err(failed) = self.store.commit_after(&stored, version, first) {
            self.set_rules(rules);
            return Err(failed.into());
        }
        let told = |(record, why): (Record, String)| (record.statement().unwrap_or_default().to_owned(), why);
        recovered.refused = refused.into_iter().map(told).collect();
        Ok(recovered)
    }

    fn define_again(&self, statement: &str) -> Result<(), String> {
        let told =
            |wrong: Vec<Diagnostic>| wrong.into_iter().next().map_or_else(String::new, |diagnostic| diagnostic.message);
        match parse::parse(statement).map_err(told)?.body {
            ast::Body::Define(define) => self.define(&define, || Ok(())).map(|_| ()).map_err(told),
            ast::Body::Query(_) => Err("it is no definition".to_owned()),
        }
    }
}

//! The engine: a graph with its definitions, and what they derive in the frames that were asked for.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::sync::{Arc, Mutex, PoisonError, RwLock};

use crate::bind;
use crate::diag::{Diagnostic, SourceText, code};
use crate::execute::BATCH;
use crate::execute::derive::{self, Derivations};
use crate::graph::{Frame, Snapshot, Store};
use crate::limits::Limits;
use crate::log::Log;
use crate::optimize;
use crate::parallel;
use crate::parse::{self, ast};
use crate::plan::{Defined, Definition, Plan};
use crate::procedure::{Procedure, Procedures};
use crate::value::Instant;

use super::prepared::Prepared;
use super::query::{Overlay, names_of};
use super::{Reading, Scenarios, Session};

/// Frames whose derived relationships are kept.
const KEPT: usize = 8;

type Asked = (Frame, Vec<String>);

/// Definitions, as they run and as they are written.
#[derive(Clone, Debug, Default)]
pub(super) struct Rules {
    /// Each after what it reads.
    definitions: Arc<Vec<Definition>>,
    /// By name.
    written: BTreeMap<String, Arc<ast::Define>>,
    /// The names of those that were typed; whether each stands in place of one of the files.
    typed: BTreeMap<String, bool>,
}

/// A graph that queries run on; cheap to clone, clones share everything.
#[derive(Clone, Debug)]
pub struct Engine {
    pub(super) store: Arc<Store>,
    /// The graph as it was when the engine began.
    pub(super) base: Arc<Snapshot>,
    /// Where changes are written down first.
    pub(super) log: Option<Arc<Mutex<Log>>>,
    procedures: Arc<Procedures>,
    rules: Arc<RwLock<Rules>>,
    derived: Arc<Mutex<VecDeque<(Asked, Overlay)>>>,
    pub(super) prepared: Arc<Prepared>,
}

impl Engine {
    /// An engine on a snapshot with the files that define its derived relationships, each `DEFINE` statements separated by
    /// semicolons.
    ///
    /// # Errors
    /// The diagnostics of the definitions that cannot be used.
    pub fn new(snapshot: Snapshot, rules: &[Arc<SourceText>]) -> Result<Self, Vec<Diagnostic>> {
        let rules = definitions(&snapshot, rules)?;
        let store = Store::new(snapshot);
        Ok(Self {
            base: store.current(),
            store: Arc::new(store),
            log: None,
            procedures: Arc::default(),
            rules: Arc::new(RwLock::new(rules)),
            derived: Arc::default(),
            prepared: Arc::default(),
        })
    }

    /// The current version of the graph.
    #[must_use]
    pub fn snapshot(&self) -> Arc<Snapshot> {
        self.store.current()
    }

    /// The graph as it was when the engine began.
    #[must_use]
    pub fn base(&self) -> &Arc<Snapshot> {
        &self.base
    }

    pub(super) fn rules(&self) -> Rules {
        self.rules.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    pub(super) fn set_rules(&self, rules: Rules) {
        *self.rules.write().unwrap_or_else(PoisonError::into_inner) = rules;
        self.derived.lock().unwrap_or_else(PoisonError::into_inner).clear();
        self.prepared.forget();
    }

    /// The definitions that were typed, each after what it reads: name, canonical text, and whether it stands in place of one
    /// of the files.
    #[must_use]
    pub fn typed_definitions(&self) -> Vec<(String, String, bool)> {
        let rules = self.rules();
        let typed = rules.definitions.iter().filter_map(|definition| {
            let name = definition.defined.name();
            let text = parse::print_define(rules.written.get(name)?);
            Some((name.to_owned(), text, *rules.typed.get(name)?))
        });
        typed.collect()
    }

    /// Every definition in its canonical text, each after what it reads.
    #[must_use]
    pub fn definition_texts(&self) -> Vec<String> {
        let rules = self.rules();
        let written = |definition: &Definition| rules.written.get(definition.defined.name());
        rules.definitions.iter().filter_map(written).map(|define| parse::print_define(define)).collect()
    }

    pub(super) fn definitions(&self) -> Arc<Vec<Definition>> {
        self.rules.read().unwrap_or_else(PoisonError::into_inner).definitions.clone()
    }

    /// The definition of a derived name, as it is written.
    pub(super) fn definition(&self, name: &str) -> Option<Arc<ast::Define>> {
        self.rules.read().unwrap_or_else(PoisonError::into_inner).written.get(name).cloned()
    }

    /// All definitions, as they are written.
    pub(super) fn written(&self) -> BTreeMap<String, Arc<ast::Define>> {
        self.rules.read().unwrap_or_else(PoisonError::into_inner).written.clone()
    }

    /// The labels that are derived.
    #[must_use]
    pub fn derived_labels(&self) -> BTreeSet<String> {
        self.derived_names(|defined| matches!(defined, Defined::Label(_)))
    }

    /// The relationship types that are derived.
    #[must_use]
    pub fn derived_types(&self) -> BTreeSet<String> {
        self.derived_names(|defined| matches!(defined, Defined::Type(..)))
    }

    fn derived_names(&self, wanted: impl Fn(&Defined) -> bool) -> BTreeSet<String> {
        let definitions = self.definitions();
        let defined = definitions.iter().map(|definition| &definition.defined).filter(|defined| wanted(defined));
        defined.map(|defined| defined.name().to_owned()).collect()
    }

    /// Adds a definition for as long as the engine lives, in place of one of the same name, after `first` was done; gives
    /// warnings.
    pub(super) fn define(
        &self,
        define: &ast::Define,
        first: impl FnOnce() -> Result<(), Diagnostic>,
    ) -> Result<Vec<Diagnostic>, Vec<Diagnostic>> {
        let mut rules = self.rules.write().unwrap_or_else(PoisonError::into_inner);
        let kept = &rules.definitions;
        let snapshot = self.snapshot();
        let (params, procedures) = (BTreeMap::new(), Procedures::default());
        let names = names_of(&snapshot, &params, &procedures);
        let (mut new, warnings) = bind::define(define, names, kept.iter().map(|definition| &definition.defined))?;
        optimized(&mut new, &snapshot);
        let others = kept.iter().filter(|definition| definition.defined.name() != new.defined.name());
        let all: Vec<Definition> = others.cloned().chain(std::iter::once(new.clone())).collect();
        let placed = |diagnostic: Diagnostic| diagnostic.at(define.span.span, "this definition");
        let ordered = in_order(&all).map_err(|wrong| wrong.into_iter().map(placed).collect::<Vec<_>>())?;
        first().map_err(|wrong| vec![wrong])?;
        let name = new.defined.name();
        rules.definitions = Arc::new(ordered);
        let before = rules.written.insert(name.to_owned(), Arc::new(define.clone()));
        rules.typed.entry(name.to_owned()).or_insert(before.is_some());
        self.derived.lock().unwrap_or_else(PoisonError::into_inner).clear();
        self.prepared.forget();
        Ok(warnings)
    }

    /// What `CALL` can name.
    #[must_use]
    pub fn procedures(&self) -> &Procedures {
        &self.procedures
    }

    /// The same engine with one more procedure.
    #[must_use]
    pub fn with_procedure(mut self, procedure: Procedure) -> Self {
        Arc::make_mut(&mut self.procedures).add(procedure);
        self.prepared = Arc::default();
        self
    }

    /// A session with default settings.
    #[must_use]
    pub fn session(&self) -> Session {
        Session {
            engine: self.clone(),
            frame: Frame::default(),
            params: BTreeMap::new(),
            reading: Reading::default(),
            scenarios: Scenarios::default(),
            batch: BATCH,
            threads: parallel::threads(),
        }
    }

    /// A version with everything derived that these names need, as the frame sees it.
    pub(super) fn derived(
        &self,
        stored: &Arc<Snapshot>,
        types: &BTreeSet<String>,
        labels: &BTreeSet<String>,
        frame: Frame,
        limits: &Limits,
        now: Instant,
    ) -> Result<(Arc<Snapshot>, Arc<Derivations>), Vec<Diagnostic>> {
        let definitions = self.definitions();
        let needed = derive::needed(&definitions, types, labels);
        if needed.is_empty() {
            return Ok((stored.clone(), Arc::default()));
        }
        let asked = (frame, needed.iter().map(|definition| definition.defined.name().to_owned()).collect());
        let kept = || self.derived.lock().unwrap_or_else(PoisonError::into_inner);
        let same = |(other, overlay): &&(Asked, Overlay)| *other == asked && Arc::ptr_eq(&overlay.of, stored);
        if let Some((_, overlay)) = kept().iter().find(same) {
            return Ok((overlay.snapshot.clone(), overlay.derivations.clone()));
        }
        let mut snapshot = stored.clone();
        let mut derivations = Derivations::default();
        for stratum in needed.chunk_by(|a, b| a.stratum == b.stratum) {
            let derived = derive::derive(stratum, &snapshot, frame, limits, now, &mut derivations);
            snapshot = Arc::new(derived.map_err(|failure| vec![Diagnostic::from(failure)])?);
        }
        let overlay = Overlay { of: stored.clone(), snapshot, derivations: Arc::new(derivations) };
        let mut kept = kept();
        kept.retain(|(_, overlay)| Arc::ptr_eq(&overlay.of, stored));
        kept.truncate(KEPT - 1);
        kept.push_front((asked, overlay.clone()));
        Ok((overlay.snapshot, overlay.derivations))
    }
}

fn optimized(definition: &mut Definition, snapshot: &Snapshot) {
    for plan in &mut definition.plans {
        *plan =
            optimize::optimize(std::mem::replace(plan, Plan::Unit), snapshot, optimize::Keeps::RowsAndLineage, None);
    }
}

/// The definitions of a graph, each after what it reads.
fn definitions(snapshot: &Snapshot, rules: &[Arc<SourceText>]) -> Result<Rules, Vec<Diagnostic>> {
    let (params, procedures) = (BTreeMap::new(), Procedures::default());
    let (mut found, mut written, mut wrong) = (Vec::new(), BTreeMap::new(), Vec::new());
    for file in rules {
        let statements = match parse::parse_script(&file.text) {
            Ok(statements) => statements,
            Err(diagnostics) => {
                wrong.extend(diagnostics.into_iter().map(|diagnostic| diagnostic.in_file(file)));
                continue;
            }
        };
        for statement in statements {
            let ast::Body::Define(define) = &statement.node.body else {
                let other = Diagnostic::new(code::BAD_DEFINITION, "a rule is a `DEFINE` statement");
                wrong.push(other.at(statement.span, "expected `DEFINE …`").in_file(file));
                continue;
            };
            let derived = found.iter().map(|definition: &Definition| &definition.defined);
            match bind::define(define, names_of(snapshot, &params, &procedures), derived) {
                Ok((new, _)) if found.iter().any(|other| other.defined.name() == new.defined.name()) => {
                    let twice = format!("`{}` is defined twice", new.defined.name());
                    let twice = Diagnostic::new(code::BAD_DEFINITION, twice);
                    wrong.push(twice.at(statement.span, "the second time").in_file(file));
                }
                Ok((mut new, _)) => {
                    optimized(&mut new, snapshot);
                    written.insert(new.defined.name().to_owned(), Arc::new(define.clone()));
                    found.push(new);
                }
                Err(diagnostics) => wrong.extend(diagnostics.into_iter().map(|diagnostic| diagnostic.in_file(file))),
            }
        }
    }
    if !wrong.is_empty() {
        return Err(wrong);
    }
    Ok(Rules { definitions: Arc::new(in_order(&found)?), written, typed: BTreeMap::new() })
}

/// Sorts definitions so that each comes after what it reads, and those that read each other stand together.
///
/// Source: Apt, Blair, Walker, "Towards a theory of declarative knowledge", 1988 (stratified programs).
fn in_order(open: &[Definition]) -> Result<Vec<Definition>, Vec<Diagnostic>> {
    let n = open.len();
    let mut reaches: Vec<Vec<bool>> =
        open.iter().map(|reader| open.iter().map(|read| reader.reads(&read.defined)).collect()).collect();
    for via in 0..n {
        for from in 0..n {
            for to in 0..n {
                reaches[from][to] |= reaches[from][via] && reaches[via][to];
            }
        }
    }
    let mut wrong = Vec::new();
    for (at, definition) in open.iter().enumerate().filter(|(at, _)| reaches[*at][*at]) {
        let together = (0..n).filter(|other| reaches[at][*other] && reaches[*other][at]);
        wrong.extend(together.filter_map(|other| refuse(definition, &open[other].defined)));
    }
    if !wrong.is_empty() {
        return Err(wrong);
    }
    // What a definition reads, and what does not read it in turn, it reads more of than any of these does.
    let mut order: Vec<usize> = (0..n).collect();
    let reads = |at: usize| (0..n).filter(|other| reaches[at][*other] && !reaches[*other][at]).count();
    order.sort_by_key(|at| reads(*at));
    let mut sorted: Vec<Definition> = Vec::new();
    let mut last: Option<usize> = None;
    let mut placed = vec![false; n];
    for at in order {
        if placed[at] {
            continue;
        }
        let stratum = last.map_or(0, |last| last + 1);
        for other in (0..n).filter(|other| *other == at || (reaches[at][*other] && reaches[*other][at])) {
            placed[other] = true;
            sorted.push(Definition { stratum, ..open[other].clone() });
        }
        last = Some(stratum);
    }
    Ok(sorted)
}

/// What a recursive definition may not do: read itself where more can give less, or have a property that is no bound.
fn refuse(definition: &Definition, read: &Defined) -> Option<Diagnostic> {
    let name = definition.defined.name();
    let parts = definition.parts();
    if parts.iter().any(|part| part.count(read.name()).is_none()) {
        let message = if read.name() == name {
            format!("`{name}` reads itself where more of it can mean less")
        } else {
            format!("`{name}` reads `{}`, which reads it, where more of it can mean less", read.name())
        };
        let help = "under `NOT`, in an aggregate, a selector, a procedure, an optional or a cut part there would be no one answer";
        return Some(Diagnostic::new(code::BAD_DEFINITION, message).help(help));
    }
    let key = definition.defined.mixed().filter(|_| definition.reads(read))?;
    let message = format!("`{name}` is recursive, and `{key}` has no one value in it");
    Some(Diagnostic::new(code::BAD_DEFINITION, message).help("a property of it is a `min(…)` or a `max(…)`"))
}

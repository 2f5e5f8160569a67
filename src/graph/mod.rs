//! Graph: the store.
//!
//! A [`Snapshot`] is one immutable version: nodes, one [`RelTable`] per relationship type, property columns, statement
//! metadata, status chains, histories and sources, one `Arc` each, and what changed since they were built. A [`GraphView`]
//! is the only door to it: it carries the [`Frame`], so that nothing above this folder compares dates. A [`Builder`] makes
//! a snapshot from what a reader of files found, a [`Draft`] the next version from this one: a transaction or a what-if.
//!
//! Every node, relationship, chain entry and history entry is a *statement* with [`Meta`]data.

mod assemble;
mod bounds;
mod builder;
mod bulk;
mod catalog;
mod cells;
mod column;
mod column_builder;
mod csr;
mod deferred;
pub mod diff;
mod difference;
mod distinct;
mod draft;
mod dump;
mod footer;
mod frame;
mod hidden;
mod holding;
mod hops;
mod ids;
mod lasting;
mod line;
mod marked;
mod memo;
mod often;
mod overlay;
mod parts;
mod patch;
mod projection;
mod rel_statements;
mod rows;
mod same;
mod sample;
mod schema;
mod settle;
mod shape;
mod snapshot;
mod source;
mod statement;
mod status;
mod store;
mod stored;
mod typed;
mod view;

pub use crate::value::{NodeId, RelId};
pub use builder::{Builder, NewEntry, NewNode, NewRel};
pub use bulk::{NewNodes, NewRels, Unfit};
pub use catalog::{Catalog, KeyId, LabelId, TypeId};
pub use cells::{Cell, Cells};
pub use column::Column;
pub use column_builder::ColumnBuilder;
pub use csr::RelTable;
pub use difference::Difference;
pub use distinct::{Beginning, Flat};
pub use draft::{Change, Delta, Draft, Refusal};
pub use dump::{digest, dump, dump_rel, hash};
pub use footer::{Footer, Hidden};
pub use frame::{Frame, Including, ValidTime};
pub use hidden::HiddenBy;
pub use hops::Hops;
pub use ids::Ids;
pub use lasting::RelDays;
pub use overlay::DerivedRel;
pub use parts::{Completeness, Entity, HistoryEntry};
pub use projection::{Cut, CutError, Cuts, Direction, Edge, Edges, Entering, Members, Projection, Visited, Weight};
pub use sample::Population;
pub use schema::{Cardinality, LabelDef, PropertyDef, PropertyKind, RelDef, Schema};
pub use shape::{Beside, Shape, Twins};
pub use snapshot::Snapshot;
pub use source::{Citation, Source, SourceId};
pub use statement::{End, Meta, Modality, Start, Statement, Validity, WrittenPeriod};
pub use status::{ChainEntry, State, Status};
pub use store::{Conflict, Store};
pub use stored::{Opened, Unopened, Unstored, open, store};
pub use typed::Typed;
pub use view::{GraphView, Lens, SharedView, Step};

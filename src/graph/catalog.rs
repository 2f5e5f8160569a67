//! Names and ids of labels, types and property keys, with the counts that planning needs.

use std::sync::Arc;

use rustc_hash::FxHashMap;

/// A label of one graph version.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct LabelId(pub u32);
/// A relationship type of one graph version.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TypeId(pub u32);
/// A property key of one graph version.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct KeyId(pub u32);

/// Names ↔ dense numbers.
#[derive(Clone, Debug, Default)]
pub(super) struct Names {
    names: Vec<Arc<str>>,
    by_name: FxHashMap<Arc<str>, u32>,
}

impl Names {
    pub(super) fn intern(&mut self, name: &str) -> u32 {
        if let Some(id) = self.by_name.get(name) {
            return *id;
        }
        let id = self.names.len() as u32;
        let name: Arc<str> = name.into();
        self.names.push(name.clone());
        self.by_name.insert(name, id);
        id
    }

    pub(super) fn get(&self, name: &str) -> Option<u32> {
        self.by_name.get(name).copied()
    }

    pub(super) fn name(&self, id: u32) -> &Arc<str> {
        &self.names[id as usize]
    }

    pub(super) fn iter(&self) -> impl ExactSizeIterator<Item = &Arc<str>> {
        self.names.iter()
    }
}

/// What there is in a graph, by name, and how much of it.
#[derive(Clone, Debug, Default)]
pub struct Catalog {
    pub(super) labels: Names,
    pub(super) types: Names,
    pub(super) keys: Names,
    pub(super) n_nodes: usize,
    pub(super) n_by_label: Vec<usize>,
    pub(super) n_by_type: Vec<usize>,
}

impl Catalog {
    /// The label of this name, if a node has it.
    #[must_use]
    pub fn label(&self, name: &str) -> Option<LabelId> {
        self.labels.get(name).map(LabelId)
    }

    /// The type of this name, if a relationship has it.
    #[must_use]
    pub fn rel_type(&self, name: &str) -> Option<TypeId> {
        self.types.get(name).map(TypeId)
    }

    /// The property key of this name, if anything has it.
    #[must_use]
    pub fn key(&self, name: &str) -> Option<KeyId> {
        self.keys.get(name).map(KeyId)
    }

    /// A label's name.
    #[must_use]
    pub fn label_name(&self, id: LabelId) -> &Arc<str> {
        self.labels.name(id.0)
    }

    /// A type's name.
    #[must_use]
    pub fn type_name(&self, id: TypeId) -> &Arc<str> {
        self.types.name(id.0)
    }

    /// The names of all types in the order of their ids.
    #[must_use]
    pub fn type_names(&self) -> &[Arc<str>] {
        &self.types.names
    }

    /// A key's name.
    #[must_use]
    pub fn key_name(&self, id: KeyId) -> &Arc<str> {
        self.keys.name(id.0)
    }

    /// All labels in the order of their ids.
    pub fn labels(&self) -> impl ExactSizeIterator<Item = &str> {
        self.labels.iter().map(AsRef::as_ref)
    }

    /// All types in the order of their ids.
    pub fn types(&self) -> impl ExactSizeIterator<Item = &str> {
        self.types.iter().map(AsRef::as_ref)
    }

    /// All property keys in the order of their ids.
    pub fn keys(&self) -> impl ExactSizeIterator<Item = &str> {
        self.keys.iter().map(AsRef::as_ref)
    }

    /// Nodes in all.
    #[must_use]
    pub fn n_nodes(&self) -> usize {
        self.n_nodes
    }

    /// Nodes with this label.
    #[must_use]
    pub fn n_with_label(&self, label: LabelId) -> usize {
        self.n_by_label.get(label.0 as usize).copied().unwrap_or(0)
    }

    /// Relationships of this type.
    #[must_use]
    pub fn n_of_type(&self, rel_type: TypeId) -> usize {
        self.n_by_type.get(rel_type.0 as usize).copied().unwrap_or(0)
    }

    /// Relationships in all.
    #[must_use]
    pub fn n_rels(&self) -> usize {
        self.n_by_type.iter().sum()
    }
}

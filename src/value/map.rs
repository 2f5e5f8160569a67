//! A map of the language.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::Value;

/// Entries by key, in the order of their keys: side by side, because most maps have few. Cloning shares them.
///
/// # Examples
/// ```
/// use std::sync::Arc;
/// use portolan::value::{Map, Value};
/// let map: Map = [("b", 1), ("a", 2), ("b", 3)].map(|(key, n)| (Arc::from(key), Value::Int(n))).into_iter().collect();
/// assert_eq!(map.get("b"), Some(&Value::Int(3)));
/// assert_eq!(map.keys().map(|key| &**key).collect::<Vec<_>>(), ["a", "b"]);
/// ```
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Map(Arc<[(Arc<str>, Value)]>);

/// Entries that are looked through one after the other; of more one is sought.
const FEW: usize = 8;

impl Map {
    /// The value of a key.
    #[must_use]
    pub fn get(&self, key: &str) -> Option<&Value> {
        let place = if self.0.len() <= FEW {
            self.0.iter().position(|(other, _)| **other == *key)
        } else {
            self.0.binary_search_by(|(other, _)| (**other).cmp(key)).ok()
        };
        place.map(|place| &self.0[place].1)
    }

    /// Whether it has a key.
    #[must_use]
    pub fn contains_key(&self, key: &str) -> bool {
        self.get(key).is_some()
    }

    /// Its entries.
    #[must_use]
    pub fn iter(&self) -> impl ExactSizeIterator<Item = (&Arc<str>, &Value)> + Clone {
        self.0.iter().map(|(key, value)| (key, value))
    }

    /// Its keys.
    #[must_use]
    pub fn keys(&self) -> impl ExactSizeIterator<Item = &Arc<str>> + Clone {
        self.0.iter().map(|(key, _)| key)
    }

    /// Its values.
    #[must_use]
    pub fn values(&self) -> impl ExactSizeIterator<Item = &Value> + Clone {
        self.0.iter().map(|(_, value)| value)
    }

    /// How many entries it has.
    #[must_use]
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether it has none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl FromIterator<(Arc<str>, Value)> for Map {
    /// Of two entries with one key the later stays.
    fn from_iter<I: IntoIterator<Item = (Arc<str>, Value)>>(entries: I) -> Self {
        let mut entries: Vec<(Arc<str>, Value)> = entries.into_iter().collect();
        if !entries.is_sorted_by(|a, b| a.0 < b.0) {
            entries.sort_by(|a, b| a.0.cmp(&b.0));
            // The later of two is kept in the place of the earlier.
            entries.dedup_by(|later, earlier| {
                let same = later.0 == earlier.0;
                if same {
                    std::mem::swap(later, earlier);
                }
                same
            });
        }
        Self(entries.into())
    }
}

impl From<BTreeMap<Arc<str>, Value>> for Map {
    fn from(entries: BTreeMap<Arc<str>, Value>) -> Self {
        Self(entries.into_iter().collect())
    }
}

impl Serialize for Map {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.iter())
    }
}

impl<'de> Deserialize<'de> for Map {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        BTreeMap::deserialize(deserializer).map(Self::from)
    }
}

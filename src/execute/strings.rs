//! Texts that a query makes, one after the other in memory: none of them is allocated by itself.

/// Texts, by number.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Strings {
    all: String,
    /// Where each ends.
    ends: Vec<usize>,
}

impl Strings {
    /// None yet, where so many are expected.
    pub(super) fn expecting(n: usize) -> Self {
        Self { all: String::new(), ends: Vec::with_capacity(n) }
    }

    /// How many there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.ends.len()
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.ends.is_empty()
    }

    /// A text.
    #[must_use]
    pub fn get(&self, number: usize) -> &str {
        let start = number.checked_sub(1).map_or(0, |before| self.ends[before]);
        &self.all[start..self.ends[number]]
    }

    /// All of them.
    pub(super) fn iter(&self) -> impl Iterator<Item = &str> {
        (0..self.len()).map(|number| self.get(number))
    }

    /// What is written is the next text.
    pub(super) fn push(&mut self, write: impl FnOnce(&mut String)) {
        write(&mut self.all);
        self.ends.push(self.all.len());
    }

    /// Bytes of all of them.
    pub(super) fn bytes(&self) -> usize {
        self.all.len()
    }

    pub(super) fn append(&mut self, others: &Self) {
        let before = self.all.len();
        self.all.push_str(&others.all);
        self.ends.extend(others.ends.iter().map(|end| before + end));
    }
}

impl<'t> FromIterator<&'t str> for Strings {
    fn from_iter<I: IntoIterator<Item = &'t str>>(texts: I) -> Self {
        let mut strings = Self::default();
        for text in texts {
            strings.all.push_str(text);
            strings.ends.push(strings.all.len());
        }
        strings
    }
}

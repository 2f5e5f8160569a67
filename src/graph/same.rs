//! A value a row, kept once where all rows have the same.

use std::ops::Index;

/// Values by row. Most tables say the same of all their rows: then the value is kept once.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Same<T> {
    /// So many rows have this value.
    All(T, usize),
    /// Each row has its own.
    Each(Vec<T>),
}

impl<T: Default> Default for Same<T> {
    fn default() -> Self {
        Same::All(T::default(), 0)
    }
}

impl<T: Copy + PartialEq> Same<T> {
    /// Adds the value of one more row.
    pub fn push(&mut self, value: T) {
        match self {
            Same::All(same, n) if *n == 0 || *same == value => {
                *same = value;
                *n += 1;
            }
            Same::All(same, n) => {
                let mut each = Vec::with_capacity((*n + 1).next_power_of_two());
                each.resize(*n, *same);
                each.push(value);
                *self = Same::Each(each);
            }
            Same::Each(each) => each.push(value),
        }
    }

    /// Rows.
    pub fn len(&self) -> usize {
        match self {
            Same::All(_, n) => *n,
            Same::Each(each) => each.len(),
        }
    }

    /// The values by row.
    pub fn iter(&self) -> impl Iterator<Item = T> + '_ {
        (0..self.len()).map(|row| self[row])
    }

    /// The value of every row, if they all have it.
    pub fn all(&self) -> Option<T> {
        match self {
            Same::All(same, _) => Some(*same),
            Same::Each(_) => None,
        }
    }

    /// Adds the rows of another.
    pub fn append(&mut self, other: &Self) {
        match (&mut *self, other) {
            (Same::All(same, n), Same::All(others, more)) if *n == 0 || same == others || *more == 0 => {
                if *more > 0 {
                    *same = *others;
                }
                *n += more;
            }
            _ => other.iter().for_each(|value| self.push(value)),
        }
    }

    /// Row by row those of these rows.
    pub fn reordered(self, order: &[u32]) -> Self {
        match self {
            Same::All(..) => self,
            Same::Each(each) => Same::Each(order.iter().map(|row| each[*row as usize]).collect()),
        }
    }

    /// Forgets what only growing needs.
    pub fn shrink(&mut self) {
        if let Same::Each(each) = self {
            each.shrink_to_fit();
        }
    }
}

impl<T> Index<usize> for Same<T> {
    type Output = T;

    fn index(&self, row: usize) -> &T {
        match self {
            Same::All(same, _) => same,
            Same::Each(each) => &each[row],
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Same;

    #[test]
    fn rows_that_differ_are_kept_each() {
        let mut rows = Same::default();
        for value in [4, 4, 4] {
            rows.push(value);
        }
        assert_eq!(rows, Same::All(4, 3));
        rows.push(5);
        assert_eq!(rows.iter().collect::<Vec<i32>>(), [4, 4, 4, 5]);
        let mut all = Same::All(4, 2);
        all.append(&rows);
        assert_eq!(all.iter().collect::<Vec<i32>>(), [4, 4, 4, 4, 4, 5]);
        assert_eq!(all.reordered(&[5, 0]).iter().collect::<Vec<i32>>(), [5, 4]);
    }
}

//! Order: which cell of a column stands above which. Columns are swept to and fro, each ordered by the middle of what its cells are
//! linked to, and neighbours change places where that saves a crossing; the best order that was met is kept.

use super::columns::Columns;

const SWEEPS: usize = 12;

/// Orders the cells of every column.
pub(super) fn order(columns: &mut Columns) {
    begin(columns);
    let mut places = vec![0; columns.cells.len()];
    let mut best = (usize::MAX, columns.columns.clone());
    for sweep in 0..SWEEPS {
        let n = columns.columns.len();
        let forth = sweep % 2 == 0;
        for step in 0..n {
            let column = if forth { step } else { n - 1 - step };
            renumber(&columns.columns, &mut places);
            let beside = if forth { &columns.before } else { &columns.after };
            let middle = |cell: usize| {
                let of = &beside[cell];
                let sum: usize = of.iter().map(|other| places[*other]).sum();
                if of.is_empty() { None } else { Some(sum as f64 / of.len() as f64) }
            };
            sort(&mut columns.columns[column], middle);
        }
        swap(columns, &mut places);
        let crossings = crossings(columns, &mut places);
        if crossings < best.0 {
            best = (crossings, columns.columns.clone());
        }
        if crossings == 0 {
            break;
        }
    }
    columns.columns = best.1;
}

/// The first order: along the links, depth first, so that what belongs together stands together.
fn begin(columns: &mut Columns) {
    let mut seen = vec![false; columns.cells.len()];
    let mut met = vec![0; columns.cells.len()];
    let mut n_met = 0;
    for start in columns.columns.concat() {
        let mut open = vec![start];
        while let Some(cell) = open.pop() {
            if std::mem::replace(&mut seen[cell], true) {
                continue;
            }
            met[cell] = n_met;
            n_met += 1;
            open.extend(columns.before[cell].iter().rev());
            open.extend(columns.after[cell].iter().rev());
        }
    }
    for column in &mut columns.columns {
        column.sort_by_key(|cell| met[*cell]);
    }
}

fn renumber(columns: &[Vec<usize>], places: &mut [usize]) {
    for column in columns {
        for (place, cell) in column.iter().enumerate() {
            places[*cell] = place;
        }
    }
}

/// Sorts a column by where its cells belong; one that belongs nowhere stays where it is.
fn sort(column: &mut Vec<usize>, middle: impl Fn(usize) -> Option<f64>) {
    let mut tied: Vec<(f64, usize)> = column.iter().filter_map(|cell| Some((middle(*cell)?, *cell))).collect();
    tied.sort_by(|a, b| a.0.total_cmp(&b.0));
    let mut tied = tied.into_iter().map(|(_, cell)| cell);
    *column =
        column.iter().map(|cell| if middle(*cell).is_some() { tied.next().unwrap_or(*cell) } else { *cell }).collect();
}

/// Lets neighbours change places for as long as that saves crossings.
fn swap(columns: &mut Columns, places: &mut [usize]) {
    const ROUNDS: usize = 6;
    for _ in 0..ROUNDS {
        let mut better = false;
        for at in 0..columns.columns.len() {
            renumber(&columns.columns, places);
            for first in 1..columns.columns[at].len() {
                let (upper, lower) = (columns.columns[at][first - 1], columns.columns[at][first]);
                let of = |a: usize, b: usize| {
                    between(&columns.before[a], &columns.before[b], places)
                        + between(&columns.after[a], &columns.after[b], places)
                };
                if of(lower, upper) < of(upper, lower) {
                    columns.columns[at].swap(first - 1, first);
                    better = true;
                }
            }
        }
        if !better {
            break;
        }
    }
}

/// Crossings of the links of a cell with those of one below it.
fn between(upper: &[usize], lower: &[usize], places: &[usize]) -> usize {
    let below = |place: usize| lower.iter().filter(|other| places[**other] < place).count();
    upper.iter().map(|other| below(places[*other])).sum()
}

/// Crossings in all.
fn crossings(columns: &Columns, places: &mut [usize]) -> usize {
    renumber(&columns.columns, places);
    let mut n = 0;
    for column in &columns.columns {
        // How many links met so far end at each place of the next column.
        let mut ends: Vec<usize> = Vec::new();
        for cell in column {
            let to: Vec<usize> = columns.after[*cell].iter().map(|other| places[*other]).collect();
            for place in &to {
                n += ends.get(place + 1..).map_or(0, |below| below.iter().sum::<usize>());
            }
            for place in to {
                if ends.len() <= place {
                    ends.resize(place + 1, 0);
                }
                ends[place] += 1;
            }
        }
    }
    n
}

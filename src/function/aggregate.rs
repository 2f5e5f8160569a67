//! Functions of groups of rows.

use std::any::Any;
use std::cmp::Ordering;

use crate::diag::code;
use crate::value::{ArithmeticError, Value, add, divide, order, order_floats};

use super::{Accumulators, AggregateFunction, FunctionError, wrong_type};

/// One group in the making.
trait Accumulator: Send + Sized + 'static {
    fn add(&mut self, arguments: &[Value]) -> Result<(), FunctionError>;

    fn add_int(&mut self, value: i64) -> Result<(), FunctionError> {
        self.add(&[Value::Int(value)])
    }

    fn add_float(&mut self, value: f64) -> Result<(), FunctionError> {
        self.add(&[Value::Float(value)])
    }

    /// Takes over what was made of later rows.
    fn join(&mut self, other: Self) -> Result<(), FunctionError>;

    fn finish(self) -> Value;
}

/// Groups that all begin in the same way.
struct Groups<A> {
    begun: fn() -> A,
    groups: Vec<A>,
}

fn groups<A: Accumulator>(begun: fn() -> A) -> Box<dyn Accumulators> {
    Box::new(Groups { begun, groups: Vec::new() })
}

impl<A: Accumulator> Accumulators for Groups<A> {
    fn grow(&mut self, n_groups: usize) {
        self.groups.resize_with(n_groups, self.begun);
    }

    fn add(&mut self, group: u32, arguments: &[Value]) -> Result<(), FunctionError> {
        self.groups[group as usize].add(arguments)
    }

    fn add_ints(&mut self, groups: &[u32], values: &[i64]) -> Result<(), FunctionError> {
        groups.iter().zip(values).try_for_each(|(group, value)| self.groups[*group as usize].add_int(*value))
    }

    fn add_floats(&mut self, groups: &[u32], values: &[f64]) -> Result<(), FunctionError> {
        groups.iter().zip(values).try_for_each(|(group, value)| self.groups[*group as usize].add_float(*value))
    }

    fn join(&mut self, groups: &[u32], others: Box<dyn Accumulators>) -> Result<(), FunctionError> {
        // Others of the same aggregate are of the same type.
        let Ok(others) = (others as Box<dyn Any>).downcast::<Self>() else { return Ok(()) };
        let joined = groups.iter().zip(others.groups);
        joined.into_iter().try_for_each(|(group, other)| self.groups[*group as usize].join(other))
    }

    fn finish(self: Box<Self>) -> Vec<Value> {
        self.groups.into_iter().map(Accumulator::finish).collect()
    }
}

struct Collect(Vec<Value>);

impl Accumulator for Collect {
    fn add(&mut self, arguments: &[Value]) -> Result<(), FunctionError> {
        self.0.push(arguments[0].clone());
        Ok(())
    }
    fn join(&mut self, other: Self) -> Result<(), FunctionError> {
        self.0.extend(other.0);
        Ok(())
    }
    fn finish(self) -> Value {
        Value::list(self.0)
    }
}

/// The first value of the order (`Less`) or the last (`Greater`).
struct Extreme(Option<Value>, Ordering);

impl Accumulator for Extreme {
    fn add(&mut self, arguments: &[Value]) -> Result<(), FunctionError> {
        if self.0.as_ref().is_none_or(|best| order(&arguments[0], best) == self.1) {
            self.0 = Some(arguments[0].clone());
        }
        Ok(())
    }
    fn add_int(&mut self, value: i64) -> Result<(), FunctionError> {
        match &mut self.0 {
            Some(Value::Int(best)) => {
                if value.cmp(best) == self.1 {
                    *best = value;
                }
                Ok(())
            }
            _ => self.add(&[Value::Int(value)]),
        }
    }
    fn add_float(&mut self, value: f64) -> Result<(), FunctionError> {
        match &mut self.0 {
            Some(Value::Float(best)) => {
                if order_floats(value, *best) == self.1 {
                    *best = value;
                }
                Ok(())
            }
            _ => self.add(&[Value::Float(value)]),
        }
    }
    fn join(&mut self, other: Self) -> Result<(), FunctionError> {
        other.0.map_or(Ok(()), |best| self.add(&[best]))
    }
    fn finish(self) -> Value {
        self.0.unwrap_or_default()
    }
}

/// The value below which a part of the values lies: one of them, or between two.
struct Percentile {
    values: Vec<f64>,
    /// All values were whole numbers, and so is a value picked among them.
    whole: bool,
    part: Option<f64>,
    continuous: bool,
}

impl Accumulator for Percentile {
    fn add(&mut self, arguments: &[Value]) -> Result<(), FunctionError> {
        let function = if self.continuous { "percentileCont" } else { "percentileDisc" };
        let part = match &arguments[1] {
            Value::Int(part) => *part as f64,
            Value::Float(part) => *part,
            other => return Err(wrong_type(function, other, "a number from 0.0 to 1.0")),
        };
        if !(0.0..=1.0).contains(&part) {
            let message = format!("`{function}` was given {part}; expected a number from 0.0 to 1.0");
            return Err(FunctionError { code: code::NUMBER_OUT_OF_RANGE, message });
        }
        self.part.get_or_insert(part);
        match &arguments[0] {
            Value::Int(value) => self.values.push(*value as f64),
            Value::Float(value) => {
                self.whole = false;
                self.values.push(*value);
            }
            other => return Err(wrong_type(function, other, "a number")),
        }
        Ok(())
    }
    fn join(&mut self, other: Self) -> Result<(), FunctionError> {
        self.values.extend(other.values);
        self.whole &= other.whole;
        self.part = self.part.or(other.part);
        Ok(())
    }
    fn finish(mut self) -> Value {
        let Some(part) = self.part.filter(|_| !self.values.is_empty()) else { return Value::Null };
        let n = self.values.len();
        if self.continuous {
            let place = part * (n - 1) as f64;
            let (_, below, rest) = self.values.select_nth_unstable_by(place.floor() as usize, f64::total_cmp);
            let next = rest.iter().copied().min_by(f64::total_cmp).filter(|_| place.fract() > 0.0);
            let above = next.unwrap_or(*below);
            return Value::Float(*below + (above - *below) * place.fract());
        }
        let place = ((part * n as f64).ceil() as usize).saturating_sub(1);
        let (_, value, _) = self.values.select_nth_unstable_by(place, f64::total_cmp);
        if self.whole { Value::Int(*value as i64) } else { Value::Float(*value) }
    }
}

/// The standard deviation, in one pass (Welford, "Note on a method for calculating corrected sums of squares and products",
/// 1962); of two parts together (Chan, Golub and LeVeque, "Updating formulae and a pairwise algorithm for computing sample variances",
/// 1979).
struct Deviation {
    n: f64,
    mean: f64,
    squares: f64,
    sample: bool,
}

impl Accumulator for Deviation {
    fn add(&mut self, arguments: &[Value]) -> Result<(), FunctionError> {
        let value = match &arguments[0] {
            Value::Int(value) => *value as f64,
            Value::Float(value) => *value,
            other => return Err(wrong_type(if self.sample { "stDev" } else { "stDevP" }, other, "a number")),
        };
        self.add_float(value)
    }
    fn add_float(&mut self, value: f64) -> Result<(), FunctionError> {
        self.n += 1.0;
        let before = value - self.mean;
        self.mean += before / self.n;
        self.squares += before * (value - self.mean);
        Ok(())
    }
    fn join(&mut self, other: Self) -> Result<(), FunctionError> {
        let n = self.n + other.n;
        if other.n > 0.0 {
            let apart = other.mean - self.mean;
            self.squares += other.squares + apart * apart * self.n * other.n / n;
            self.mean += apart * other.n / n;
            self.n = n;
        }
        Ok(())
    }
    fn finish(self) -> Value {
        let n = if self.sample { self.n - 1.0 } else { self.n };
        Value::Float(if n > 0.0 { (self.squares / n).sqrt() } else { 0.0 })
    }
}

/// A sum, and the number of its terms where the average is asked.
struct Sum {
    sum: Value,
    n: i64,
    average: bool,
}

impl Accumulator for Sum {
    fn add(&mut self, arguments: &[Value]) -> Result<(), FunctionError> {
        let function = if self.average { "avg" } else { "sum" };
        if !matches!(arguments[0], Value::Int(_) | Value::Float(_) | Value::Duration(_)) {
            return Err(wrong_type(function, &arguments[0], "a number or a duration"));
        }
        self.n += 1;
        // An average is a float: it does not fail because a sum on the way to it is too large for an integer.
        let next = match &arguments[0] {
            Value::Int(value) if self.average => Value::Float(*value as f64),
            value => value.clone(),
        };
        if self.n == 1 {
            self.sum = next;
            return Ok(());
        }
        self.sum = add(&self.sum, &next).map_err(|wrong| match wrong {
            ArithmeticError::Types { .. } => wrong_type(function, &arguments[0], "values that add up"),
            wrong => FunctionError { code: code::ARITHMETIC, message: wrong.to_string() },
        })?;
        Ok(())
    }
    fn add_int(&mut self, value: i64) -> Result<(), FunctionError> {
        if self.average {
            return self.add_float(value as f64);
        }
        match &mut self.sum {
            Value::Int(sum) if self.n > 0 && sum.checked_add(value).is_some() => {
                self.n += 1;
                *sum += value;
                Ok(())
            }
            _ => self.add(&[Value::Int(value)]),
        }
    }
    fn add_float(&mut self, value: f64) -> Result<(), FunctionError> {
        match &mut self.sum {
            Value::Float(sum) => {
                self.n += 1;
                *sum += value;
                Ok(())
            }
            _ => self.add(&[Value::Float(value)]),
        }
    }
    fn join(&mut self, other: Self) -> Result<(), FunctionError> {
        if other.n > 0 {
            let n = self.n + other.n;
            self.add(&[other.sum])?;
            self.n = n;
        }
        Ok(())
    }
    fn finish(self) -> Value {
        if !self.average {
            return self.sum;
        }
        if self.n == 0 { Value::Null } else { divide(&self.sum, &Value::Float(self.n as f64)).unwrap_or_default() }
    }
}

/// `avg(value)`.
pub(super) static AVG: AggregateFunction = AggregateFunction {
    name: "avg",
    arity: 1,
    signature: "(number or duration) → float or duration",
    summary: "The average.",
    example: ("UNWIND [1, 2, 3] AS x RETURN avg(x)", "2.0"),
    start: Some(|| groups(|| Sum { sum: Value::Int(0), n: 0, average: true })),
};

/// `collect(value)`.
pub(super) static COLLECT: AggregateFunction = AggregateFunction {
    name: "collect",
    arity: 1,
    signature: "(value) → list",
    summary: "The values, in the order of the rows.",
    example: ("UNWIND [1, 2, 3] AS x RETURN collect(x)", "[1, 2, 3]"),
    start: Some(|| groups(|| Collect(Vec::new()))),
};

/// `count(value)`.
pub(super) static COUNT: AggregateFunction = AggregateFunction {
    name: "count",
    arity: 1,
    signature: "(value) → integer",
    summary: "The number of values that are not null; `count(*)`: of rows.",
    example: ("UNWIND [1, 2, 3] AS x RETURN count(x)", "3"),
    start: None,
};

/// `max(value)`.
pub(super) static MAX: AggregateFunction = AggregateFunction {
    name: "max",
    arity: 1,
    signature: "(value) → value",
    summary: "The largest value.",
    example: ("UNWIND [1, 2, 3] AS x RETURN max(x)", "3"),
    start: Some(|| groups(|| Extreme(None, Ordering::Greater))),
};

/// `min(value)`.
pub(super) static MIN: AggregateFunction = AggregateFunction {
    name: "min",
    arity: 1,
    signature: "(value) → value",
    summary: "The smallest value.",
    example: ("UNWIND [1, 2, 3] AS x RETURN min(x)", "1"),
    start: Some(|| groups(|| Extreme(None, Ordering::Less))),
};

/// `sum(value)`.
pub(super) static SUM: AggregateFunction = AggregateFunction {
    name: "sum",
    arity: 1,
    signature: "(number or duration) → number or duration",
    summary: "The sum.",
    example: ("UNWIND [1, 2, 3] AS x RETURN sum(x)", "6"),
    start: Some(|| groups(|| Sum { sum: Value::Int(0), n: 0, average: false })),
};

/// `percentileCont(value, part)`.
pub(super) static PERCENTILE_CONT: AggregateFunction = AggregateFunction {
    name: "percentileCont",
    arity: 2,
    signature: "(number, part: number) → float",
    summary: "The value below which that part of the values lies, between two of them where it must.",
    example: ("UNWIND [1, 2, 3, 4] AS x RETURN percentileCont(x, 0.5)", "2.5"),
    start: Some(|| groups(|| Percentile { values: Vec::new(), whole: true, part: None, continuous: true })),
};

/// `percentileDisc(value, part)`.
pub(super) static PERCENTILE_DISC: AggregateFunction = AggregateFunction {
    name: "percentileDisc",
    arity: 2,
    signature: "(number, part: number) → number",
    summary: "The smallest value up to which that part of the values lies.",
    example: ("UNWIND [1, 2, 3, 4] AS x RETURN percentileDisc(x, 0.5)", "2"),
    start: Some(|| groups(|| Percentile { values: Vec::new(), whole: true, part: None, continuous: false })),
};

/// `stDev(value)`.
pub(super) static ST_DEV: AggregateFunction = AggregateFunction {
    name: "stDev",
    arity: 1,
    signature: "(number) → float",
    summary: "The standard deviation of a sample.",
    example: ("UNWIND [1, 3] AS x RETURN stDev(x) > 1.41", "true"),
    start: Some(|| groups(|| Deviation { n: 0.0, mean: 0.0, squares: 0.0, sample: true })),
};

/// `stDevP(value)`.
pub(super) static ST_DEV_P: AggregateFunction = AggregateFunction {
    name: "stDevP",
    arity: 1,
    signature: "(number) → float",
    summary: "The standard deviation of a whole population.",
    example: ("UNWIND [1, 3] AS x RETURN stDevP(x)", "1.0"),
    start: Some(|| groups(|| Deviation { n: 0.0, mean: 0.0, squares: 0.0, sample: false })),
};

#[cfg(test)]
mod tests {
    use super::{Accumulator, Deviation};
    use crate::value::Value;

    #[test]
    fn the_deviation_of_two_parts_is_that_of_all() {
        let of = |values: &[f64]| {
            let mut deviation = Deviation { n: 0.0, mean: 0.0, squares: 0.0, sample: true };
            assert!(values.iter().all(|value| deviation.add_float(*value).is_ok()));
            deviation
        };
        let values = [3.5, -1.0, 8.0, 1e3, 2.0, 2.0, 0.25];
        let Value::Float(of_all) = of(&values).finish() else { panic!("a deviation is a float") };
        for place in 0..=values.len() {
            let (first, later) = values.split_at(place);
            let mut joined = of(first);
            assert!(joined.join(of(later)).is_ok());
            let Value::Float(joined) = joined.finish() else { panic!("a deviation is a float") };
            assert!((joined - of_all).abs() < 1e-9, "{joined} {of_all}");
        }
    }
}

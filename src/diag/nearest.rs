//! The nearest name to a misspelt one.

/// The candidate nearest to `wrong`, if one is near enough to be worth suggesting.
///
/// Near is a Damerau–Levenshtein distance of at most a third of the longer name's length, letter case ignored; of
/// equally near names the first in alphabetical order, so that the suggestion does not depend on the caller's order.
///
/// # Examples
/// ```
/// use portolan::diag::nearest;
/// assert_eq!(nearest("Econmy", ["Company", "Economy"]), Some("Economy"));
/// assert_eq!(nearest("x", ["Company"]), None);
/// ```
pub fn nearest<'a>(wrong: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let wanted = wrong.to_lowercase();
    candidates
        .into_iter()
        .filter_map(|name| {
            let lower = name.to_lowercase();
            let distance = strsim::damerau_levenshtein(&wanted, &lower);
            let longer = wanted.chars().count().max(lower.chars().count());
            (distance * 3 <= longer).then_some((distance, name))
        })
        .min()
        .map(|(_, name)| name)
}

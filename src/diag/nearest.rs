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
            let (n_wanted, n_lower) = (wanted.chars().count(), lower.chars().count());
            let longer = n_wanted.max(n_lower);
            // Names of such different length cannot be near, whatever their letters.
            if n_wanted.abs_diff(n_lower) * 3 > longer {
                return None;
            }
            let distance = strsim::damerau_levenshtein(&wanted, &lower);
            (distance * 3 <= longer).then_some((distance, name))
        })
        .min()
        .map(|(_, name)| name)
}

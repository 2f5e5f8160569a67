//! Where the shell keeps what outlives it.

use std::path::PathBuf;

use etcetera::{BaseStrategy, choose_base_strategy};

/// The state folder of the user; `None` for a user without a home.
pub(super) fn state() -> Option<PathBuf> {
    let folders = choose_base_strategy().ok()?;
    Some(folders.state_dir().unwrap_or_else(|| folders.data_dir()).join("portolan"))
}

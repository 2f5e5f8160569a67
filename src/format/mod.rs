//! Format: graph files, in and out.

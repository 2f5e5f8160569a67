//! Pictures of answers: `portolan view` and `:view`. [`MEDIA`] is the whole list of what they can be written as.
//!
//! An answer becomes a [`Picture`], or a [`Timeline`] of its measures, which are data; the files beside this one each draw or
//! write it. What is laid out is refused above a number of nodes that nobody could read, with advice; nothing is left out of a
//! picture in silence.

mod chart;
mod column;
mod dot;
mod draw;
mod gexf;
mod graphml;
mod html;
mod kind;
pub mod layout;
mod lettering;
mod medium;
mod mermaid;
mod picture;
mod shape;
mod sheet;
mod standing;
mod svg;
mod timeline;
mod xml;

pub use chart::MOST_ROWS;
pub use kind::{Kind, Look};
pub use medium::{MEDIA, Medium};
pub use picture::{Edge, Node, Picture};
pub use standing::Standing;
pub use timeline::Timeline;

pub(super) use draw::{View, command, view};

use super::screen::counted;

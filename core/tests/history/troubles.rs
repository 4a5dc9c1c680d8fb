//! What goes wrong with clones.

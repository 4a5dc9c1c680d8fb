//! Floor 4: the desk.

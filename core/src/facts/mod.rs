//! Floor 2: the vocabulary of a platform.

//! The command line of truenorth, as a library that the wheel and the npm package call too.

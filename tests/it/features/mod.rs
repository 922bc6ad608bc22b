//! What the engine can do, one test for each row of the table of features, named after the row: through `/v1`, and through
//! the other contracts where the row names them.

mod asking;

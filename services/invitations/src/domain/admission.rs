//! What whoever has a link may do with it.

use latchkey_common::text_enum;

text_enum! {
    /// How a link lets people in.
    Admission {
        /// By itself.
        Open = "open",
        /// Whoever has it may ask, and somebody who may decide lets them in.
        Request = "request",
    }
}

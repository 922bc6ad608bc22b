//! Our own contract: translate in, one use case, translate out.

mod about;
mod problems;

use latchkey_common::server::{Sitemap, get};
use latchkey_contracts::v1::CONTRACT;

pub(super) fn sitemap() -> Sitemap {
    Sitemap::of(
        &CONTRACT,
        [
            ("/v1", get(about::show)),
            ("/v1/problems/{code}", get(problems::show)),
        ],
    )
}

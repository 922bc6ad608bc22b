//! What only the split shape has: replicas, edges between processes, and parts that die one by one.

mod cuts;
mod drill;
mod heard;
pub(crate) mod load;
mod replicas;
mod rolling;
mod wreck;

use latchkey_testing::Backend;
use latchkey_testing::backend;

/// Runs a test of the split shape, or skips it where something is not installed.
pub(crate) fn run<F: Future<Output = ()>>(test: &str, body: impl FnOnce() -> F) {
    backend::run(Backend::Split, test, |_| body());
}

/// One test of each named `async fn()`.
macro_rules! split {
    ($($test:ident),+ $(,)?) => {
        $(
            mod $test {
                #[test]
                fn split() {
                    crate::split::run(module_path!(), super::$test);
                }
            }
        )+
    };
}
pub(crate) use split;

//! `latchkey config`.

use latchkey_common::config::Settings;

use crate::output::say;

/// Prints every setting in force and where it comes from; secrets are masked.
pub fn print(settings: &Settings) {
    for setting in settings.origins() {
        say(&format!(
            "{} = {}  # {}",
            setting.key, setting.value, setting.place
        ));
    }
}

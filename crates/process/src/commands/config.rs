//! `latchkey config`.

use latchkey_common::config::Settings;

use serde_json::{Value, json};

use crate::output::{answer, say};

/// Prints every setting in force and where it comes from; secrets are masked.
pub fn print(settings: &Settings) {
    let in_force = settings.origins();
    let settings = in_force.iter().map(|setting| {
        // It is JSON already.
        let value: Value = serde_json::from_str(&setting.value).unwrap_or_default();
        json!({ "key": setting.key, "value": value, "place": setting.place.to_string() })
    });
    answer(&json!({ "settings": settings.collect::<Vec<Value>>() }));
    for setting in in_force {
        say(&format!(
            "{} = {}  # {}",
            setting.key, setting.value, setting.place
        ));
    }
}

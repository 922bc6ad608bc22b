//! JSON Schema for a document's schemas: references into its components, each schema compiled once.

use std::collections::BTreeMap;
use std::sync::Arc;

use jsonschema::Validator;
use serde_json::{Value, json};

/// How many complaints about one body are told.
const MOST_COMPLAINTS: usize = 5;

/// Compiles schemas, each one once.
pub(super) struct Schemas {
    components: Value,
    made: BTreeMap<String, Arc<Validator>>,
}

impl Schemas {
    pub(super) fn of(root: &Value) -> Self {
        Self {
            components: root.get("components").cloned().unwrap_or_default(),
            made: BTreeMap::new(),
        }
    }

    pub(super) fn validator(&mut self, schema: &Value) -> Result<Arc<Validator>, String> {
        let key = schema.to_string();
        if let Some(made) = self.made.get(&key) {
            return Ok(Arc::clone(made));
        }
        // The components stand at the same place as in the document, so that its references
        // (`#/components/...`) lead to them.
        let whole = json!({ "allOf": [schema], "components": self.components });
        let validator = jsonschema::draft202012::new(&whole)
            .map_err(|error| format!("broken schema {key}: {error}"))?;
        let validator = Arc::new(validator);
        self.made.insert(key, Arc::clone(&validator));
        Ok(validator)
    }
}

/// Holds a value against a schema; the error names the first places that do not fit.
pub(super) fn complaints(validator: &Validator, value: &Value) -> Result<(), String> {
    let found: Vec<_> = validator
        .iter_errors(value)
        .take(MOST_COMPLAINTS)
        .map(|error| format!("at `{}`: {error}", error.instance_path()))
        .collect();
    if found.is_empty() {
        Ok(())
    } else {
        Err(format!("{} in {value}", found.join("; ")))
    }
}

//! Settings that change between two starts.

/// Names and values.
use parking_lot::Mutex;

pub(crate) type Settings = Vec<(String, String)>;

/// The settings that somebody gives a stack beside what it has by itself.
pub(crate) struct Env(Mutex<Settings>);

impl Env {
    pub(crate) const fn new(settings: Settings) -> Self {
        Self(Mutex::new(settings))
    }

    /// From now on; `None` takes it away.
    pub(crate) fn set(&self, name: &str, value: Option<&str>) {
        let mut settings = self.0.lock();
        settings.retain(|(known, _)| known != name);
        settings.extend(value.map(|value| (name.to_owned(), value.to_owned())));
    }

    /// Those whose names are meant.
    pub(crate) fn that(&self, is_meant: impl Fn(&str) -> bool) -> Settings {
        let settings = self.0.lock();
        let meant = settings.iter().filter(|(name, _)| is_meant(name));
        meant.cloned().collect()
    }
}

//! JSON as a contract means it. Serde takes more than it shows: a list for an object, its members in
//! the order of the declaration, and `{"word": null}` for the word of an enum. [`Strict`] takes
//! neither, at any depth, whatever type is read, so that no body has to remember it.
//!
//! What lies below a flattened member is out of its sight, because serde keeps that apart until it
//! knows the fields; plain fields are all that stands there.

use std::fmt;

use serde::de::{
    Deserialize as _, DeserializeSeed, Deserializer, Error, IntoDeserializer as _, MapAccess,
    SeqAccess, Visitor,
};
use serde::forward_to_deserialize_any;

/// Reads objects from objects and words from texts. Wraps a deserializer, and what serde hands to
/// and fro while it reads.
pub(super) struct Strict<T>(pub(super) T);

impl<'de, D: Deserializer<'de>> Deserializer<'de> for Strict<D> {
    type Error = D::Error;

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, D::Error> {
        self.0.deserialize_map(Strict(visitor))
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, D::Error> {
        visitor.visit_enum(String::deserialize(self.0)?.into_deserializer())
    }

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, D::Error> {
        self.0.deserialize_any(Strict(visitor))
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, D::Error> {
        self.0.deserialize_option(Strict(visitor))
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        name: &'static str,
        visitor: V,
    ) -> Result<V::Value, D::Error> {
        self.0.deserialize_newtype_struct(name, Strict(visitor))
    }

    /// What nobody reads may be nested as deeply as it likes.
    fn deserialize_ignored_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, D::Error> {
        self.0.deserialize_ignored_any(visitor)
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf
        unit unit_struct seq tuple tuple_struct map identifier
    }
}

macro_rules! pass_on {
    ($($method:ident: $type:ty),+ $(,)?) => {
        $(fn $method<E: Error>(self, value: $type) -> Result<Self::Value, E> {
            self.0.$method(value)
        })+
    };
}

impl<'de, V: Visitor<'de>> Visitor<'de> for Strict<V> {
    type Value = V::Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.expecting(f)
    }

    pass_on! {
        visit_bool: bool, visit_i64: i64, visit_u64: u64, visit_f64: f64,
        visit_str: &str, visit_borrowed_str: &'de str, visit_string: String,
    }

    fn visit_unit<E: Error>(self) -> Result<V::Value, E> {
        self.0.visit_unit()
    }

    fn visit_none<E: Error>(self) -> Result<V::Value, E> {
        self.0.visit_none()
    }

    fn visit_some<D: Deserializer<'de>>(self, from: D) -> Result<V::Value, D::Error> {
        self.0.visit_some(Strict(from))
    }

    fn visit_newtype_struct<D: Deserializer<'de>>(self, from: D) -> Result<V::Value, D::Error> {
        self.0.visit_newtype_struct(Strict(from))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, list: A) -> Result<V::Value, A::Error> {
        self.0.visit_seq(Strict(list))
    }

    fn visit_map<A: MapAccess<'de>>(self, object: A) -> Result<V::Value, A::Error> {
        self.0.visit_map(Strict(object))
    }
}

impl<'de, A: SeqAccess<'de>> SeqAccess<'de> for Strict<A> {
    type Error = A::Error;

    fn next_element_seed<T: DeserializeSeed<'de>>(
        &mut self,
        seed: T,
    ) -> Result<Option<T::Value>, A::Error> {
        self.0.next_element_seed(Strict(seed))
    }

    fn size_hint(&self) -> Option<usize> {
        self.0.size_hint()
    }
}

impl<'de, A: MapAccess<'de>> MapAccess<'de> for Strict<A> {
    type Error = A::Error;

    /// A key is a text in any case.
    fn next_key_seed<K: DeserializeSeed<'de>>(
        &mut self,
        seed: K,
    ) -> Result<Option<K::Value>, A::Error> {
        self.0.next_key_seed(seed)
    }

    fn next_value_seed<T: DeserializeSeed<'de>>(&mut self, seed: T) -> Result<T::Value, A::Error> {
        self.0.next_value_seed(Strict(seed))
    }

    fn size_hint(&self) -> Option<usize> {
        self.0.size_hint()
    }
}

impl<'de, S: DeserializeSeed<'de>> DeserializeSeed<'de> for Strict<S> {
    type Value = S::Value;

    fn deserialize<D: Deserializer<'de>>(self, from: D) -> Result<S::Value, D::Error> {
        self.0.deserialize(Strict(from))
    }
}

#[cfg(test)]
mod tests {
    use serde::Deserialize;
    use serde::de::DeserializeOwned;

    use super::Strict;

    #[derive(Debug, PartialEq, Deserialize)]
    enum Word {
        Yes,
    }

    #[derive(Debug, PartialEq, Deserialize)]
    struct Point {
        x: i64,
        y: Option<Box<Self>>,
    }

    fn read<T: DeserializeOwned>(json: &str) -> Option<T> {
        let mut from = serde_json::Deserializer::from_str(json);
        T::deserialize(Strict(&mut from)).ok()
    }

    #[test]
    fn objects_are_objects_at_every_depth() {
        let inner = Box::new(Point { x: 2, y: None });
        let whole = Point {
            x: 1,
            y: Some(inner),
        };
        assert_eq!(read(r#"{"x": 1, "y": {"x": 2, "y": null}}"#), Some(whole));
        for bad in ["[1, null]", r#"{"x": 1, "y": [2, null]}"#] {
            assert_eq!(read::<Point>(bad), None, "{bad}");
        }
        let list = read::<Vec<Point>>(r#"[{"x": 1, "z": [[0.5]]}]"#);
        assert_eq!(list, Some(vec![Point { x: 1, y: None }]));
        assert_eq!(read::<Vec<Point>>("[[1, null]]"), None);
    }

    #[test]
    fn words_are_texts() {
        assert_eq!(read(r#""Yes""#), Some(Word::Yes));
        assert_eq!(read(r#"["Yes"]"#), Some(vec![Word::Yes]));
        assert_eq!(read::<Option<Word>>("null"), Some(None));
        for bad in [r#"{"Yes": null}"#, r#"["Yes"]"#, "null", "0", r#""No""#] {
            assert_eq!(read::<Word>(bad), None, "{bad}");
        }
        assert_eq!(read::<Vec<Word>>(r#"[{"Yes": null}]"#), None);
    }

    #[test]
    fn what_nobody_reads_may_be_deep() {
        let deep = format!(r#"{{"x": 1, "z": {}{}}}"#, "[".repeat(500), "]".repeat(500));
        assert_eq!(read(&deep), Some(Point { x: 1, y: None }));
    }
}

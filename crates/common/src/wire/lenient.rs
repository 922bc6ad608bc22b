//! Ids and counts as the chat contract takes them: a JSON number, or a text of digits (the
//! document calls ids and limits strings). Beyond 64 bits, floats, booleans and the rest are
//! refused; 0 and negative numbers are read and simply name nothing.
//!
//! ```text
//! #[derive(Deserialize)]
//! struct Join {
//!     #[serde(rename = "channelId", deserialize_with = "lenient::id")]
//!     channel: ChannelId,
//!     #[serde(rename = "inviteId", default, deserialize_with = "lenient::opt_id")]
//!     invite: Option<InvitationId>,
//! }
//! ```

use std::fmt;
use std::marker::PhantomData;

use serde::de::{Deserializer, Error, SeqAccess, Visitor};

/// A required id: any type made from `i64`.
pub fn id<'de, D, T>(from: D) -> Result<T, D::Error>
where
    D: Deserializer<'de>,
    T: From<i64>,
{
    from.deserialize_any(Number).map(T::from)
}

/// An optional id; `null` is the same as absent. Needs `#[serde(default)]` beside it.
pub fn opt_id<'de, D, T>(from: D) -> Result<Option<T>, D::Error>
where
    D: Deserializer<'de>,
    T: From<i64>,
{
    from.deserialize_option(Optional)
        .map(|number| number.map(T::from))
}

/// A list of ids, in the order given, repeats included.
pub fn ids<'de, D, T>(from: D) -> Result<Vec<T>, D::Error>
where
    D: Deserializer<'de>,
    T: From<i64>,
{
    from.deserialize_seq(Numbers(PhantomData))
}

struct Number;

impl Visitor<'_> for Number {
    type Value = i64;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a whole number of at most 64 bits")
    }

    fn visit_i64<E: Error>(self, number: i64) -> Result<i64, E> {
        Ok(number)
    }

    fn visit_u64<E: Error>(self, number: u64) -> Result<i64, E> {
        i64::try_from(number).map_err(|_too_large| E::custom("a number beyond 64 bits"))
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<i64, E> {
        let digits = text.strip_prefix('-').unwrap_or(text);
        if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
            return Err(E::custom("a text that is no number"));
        }
        text.parse()
            .map_err(|_too_large| E::custom("a number beyond 64 bits"))
    }
}

struct Optional;

impl<'de> Visitor<'de> for Optional {
    type Value = Option<i64>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        Number.expecting(f)
    }

    fn visit_none<E: Error>(self) -> Result<Self::Value, E> {
        Ok(None)
    }

    fn visit_unit<E: Error>(self) -> Result<Self::Value, E> {
        Ok(None)
    }

    fn visit_some<D: Deserializer<'de>>(self, from: D) -> Result<Self::Value, D::Error> {
        from.deserialize_any(Number).map(Some)
    }
}

struct Numbers<T>(PhantomData<T>);

impl<'de, T: From<i64>> Visitor<'de> for Numbers<T> {
    type Value = Vec<T>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list of ids")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Vec<T>, A::Error> {
        let mut ids = Vec::new();
        while let Some(OneId(id)) = list.next_element()? {
            ids.push(T::from(id));
        }
        Ok(ids)
    }
}

struct OneId(i64);

impl<'de> serde::Deserialize<'de> for OneId {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        from.deserialize_any(Number).map(Self)
    }
}

#[cfg(test)]
mod tests {
    use serde::Deserialize;

    #[derive(Debug, PartialEq, Deserialize)]
    struct Input {
        #[serde(deserialize_with = "super::id")]
        one: i64,
        #[serde(default, deserialize_with = "super::opt_id")]
        maybe: Option<i64>,
        #[serde(default, deserialize_with = "super::ids")]
        many: Vec<i64>,
    }

    fn read(json: &str) -> Option<Input> {
        serde_json::from_str(json).ok()
    }

    #[test]
    fn numbers_and_digits_are_ids() {
        let input = read(r#"{"one": "11", "maybe": -3, "many": [0, "9223372036854775807"]}"#);
        assert_eq!(
            input,
            Some(Input {
                one: 11,
                maybe: Some(-3),
                many: vec![0, i64::MAX]
            })
        );
        assert_eq!(read(r#"{"one": 1, "maybe": null}"#).unwrap().maybe, None);
        assert_eq!(
            read(r#"{"one": 1, "many": []}"#).unwrap().many,
            Vec::<i64>::new()
        );
    }

    #[test]
    fn the_rest_is_not() {
        for bad in [
            "1.5",
            "1.0",
            "1e3",
            "-0",
            "true",
            "{}",
            "[]",
            "null",
            r#""""#,
            r#""-""#,
            r#"" 1""#,
            r#""+1""#,
            r#""1a""#,
            r#""1.0""#,
            "9223372036854775808",
            "99999999999999999999999",
            r#""9223372036854775808""#,
            r#""１""#,
        ] {
            assert_eq!(read(&format!(r#"{{"one": {bad}}}"#)), None, "{bad}");
            assert_eq!(
                read(&format!(r#"{{"one": 1, "many": [{bad}]}}"#)),
                None,
                "{bad}"
            );
        }
        assert_eq!(read("{}"), None);
        assert_eq!(read(r#"{"one": 1, "many": 5}"#), None);
    }

    #[test]
    fn queries_too() {
        let input: Input = serde_urlencoded("one=5&maybe=7").unwrap();
        assert_eq!((input.one, input.maybe), (5, Some(7)));
        assert!(serde_urlencoded("one=x").is_none());
        assert!(serde_urlencoded("one=").is_none());
    }

    fn serde_urlencoded(query: &str) -> Option<Input> {
        actix_web::web::Query::<Input>::from_query(query)
            .ok()
            .map(actix_web::web::Query::into_inner)
    }
}

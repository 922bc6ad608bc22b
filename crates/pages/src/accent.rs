//! The colour of a place: as it was set, but so dark on light paper, and so light on dark paper, that it can be read.

/// Contrast that text needs (WCAG 2.2, 1.4.3), and a little for the ground beside the paper.
const ENOUGH: f64 = 4.8;

const WHITE: [u8; 3] = [255, 255, 255];
const BLACK: [u8; 3] = [0, 0, 0];

/// The paper of the dark look, as the style has it.
const DARK_PAPER: [u8; 3] = [0x1d, 0x20, 0x26];

/// What is laid over the style.
pub(crate) fn style(accent: [u8; 3]) -> String {
    let (light, dark) = (
        readable(accent, WHITE, BLACK),
        readable(accent, DARK_PAPER, WHITE),
    );
    format!(
        ":root{{{}}}@media (prefers-color-scheme:dark){{:root{{{}}}}}",
        values(light),
        values(dark)
    )
}

fn values(accent: [u8; 3]) -> String {
    let on = if contrast(accent, WHITE) >= contrast(accent, BLACK) {
        WHITE
    } else {
        BLACK
    };
    format!("--accent:{};--on-accent:{}", hex(accent), hex(on))
}

/// The colour, mixed with `other` until it can be read on `paper`.
fn readable(colour: [u8; 3], paper: [u8; 3], other: [u8; 3]) -> [u8; 3] {
    let steps = (0..=20_u16).map(|part| mixed(colour, other, part));
    let mut good = steps.filter(|one| contrast(*one, paper) >= ENOUGH);
    good.next().unwrap_or(other)
}

/// So many twentieths of `other`.
fn mixed(colour: [u8; 3], other: [u8; 3], part: u16) -> [u8; 3] {
    let [red, green, blue] = colour;
    let [red_of, green_of, blue_of] = other;
    let mix = |one: u8, other: u8| {
        let sum = u16::from(one) * (20 - part) + u16::from(other) * part;
        u8::try_from(sum / 20).unwrap_or(u8::MAX)
    };
    [mix(red, red_of), mix(green, green_of), mix(blue, blue_of)]
}

/// How far two colours are from each other (WCAG 2.2, contrast ratio): 1 to 21.
fn contrast(one: [u8; 3], other: [u8; 3]) -> f64 {
    let (one, other) = (luminance(one), luminance(other));
    (one.max(other) + 0.05) / (one.min(other) + 0.05)
}

/// How light a colour is (WCAG 2.2, relative luminance).
fn luminance([red, green, blue]: [u8; 3]) -> f64 {
    let linear = |part: u8| {
        let part = f64::from(part) / 255.0;
        if part <= 0.04045 {
            part / 12.92
        } else {
            ((part + 0.055) / 1.055).powf(2.4)
        }
    };
    0.2126f64.mul_add(
        linear(red),
        0.7152f64.mul_add(linear(green), 0.0722 * linear(blue)),
    )
}

fn hex([red, green, blue]: [u8; 3]) -> String {
    format!("#{red:02x}{green:02x}{blue:02x}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn contrasts_are_those_of_the_guidelines() {
        assert!((contrast(WHITE, BLACK) - 21.0).abs() < 1e-9);
        assert!((contrast([0x77, 0x77, 0x77], WHITE) - 4.478).abs() < 1e-3);
    }

    #[test]
    fn any_colour_can_be_read() {
        for colour in [
            WHITE,
            BLACK,
            [0xff, 0xff, 0x00],
            [0x80, 0x80, 0x80],
            [0x1f, 0x5f, 0xa8],
            [0x00, 0x00, 0x80],
        ] {
            for (paper, other) in [(WHITE, BLACK), (DARK_PAPER, WHITE)] {
                let shown = readable(colour, paper, other);
                assert!(contrast(shown, paper) >= ENOUGH, "{colour:?} {shown:?}");
                let text = contrast(shown, WHITE).max(contrast(shown, BLACK));
                assert!(text >= 4.5, "{colour:?} {shown:?}");
            }
        }
        assert_eq!(
            readable([0x1f, 0x5f, 0xa8], WHITE, BLACK),
            [0x1f, 0x5f, 0xa8]
        );
        assert!(style(BLACK).starts_with(":root{--accent:#000000;--on-accent:#ffffff}"));
    }
}

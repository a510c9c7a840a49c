//! A line of Rust in two parts: the code, and what people read.

/// Returns for each line its code, and its comments and strings.
pub(crate) fn lines(source: &str) -> Vec<(String, String)> {
    let mut lines = vec![(String::new(), String::new())];
    let mut rest = source.chars().peekable();
    let mut inside = Inside::Code;
    let mut previous = ' ';
    while let Some(letter) = rest.next() {
        if letter == '\n' {
            inside = inside.at_line_end();
            lines.push((String::new(), String::new()));
            previous = ' ';
            continue;
        }
        let (code, text) = lines.last_mut().unwrap();
        match inside {
            Inside::Code if letter == '/' && rest.peek() == Some(&'/') => inside = Inside::Comment,
            Inside::Code if letter == '"' && previous == '#' => inside = Inside::RawText,
            Inside::Code if letter == '"' => inside = Inside::Text,
            // A quote as a character is no beginning of a string.
            Inside::Code if letter == '\'' && rest.peek() == Some(&'"') => {
                rest.next();
            }
            Inside::Code => code.push(letter),
            Inside::Text if letter == '\\' => {
                text.push(' ');
                if rest.peek() != Some(&'\n') {
                    rest.next();
                }
            }
            Inside::Text if letter == '"' => inside = Inside::Code,
            Inside::RawText if letter == '"' && rest.peek() == Some(&'#') => inside = Inside::Code,
            Inside::Comment | Inside::Text | Inside::RawText => text.push(letter),
        }
        previous = letter;
    }
    lines
}

#[derive(Clone, Copy)]
enum Inside {
    Code,
    Comment,
    Text,
    RawText,
}

impl Inside {
    fn at_line_end(self) -> Self {
        match self {
            Self::Comment => Self::Code,
            other => other,
        }
    }
}

/// Returns whether `text` has the word or phrase, as a whole.
pub(crate) fn has(text: &str, word: &str) -> bool {
    let is_part = |letter: char| letter.is_alphanumeric() || letter == '_';
    text.match_indices(word).any(|(start, _)| {
        let before = text[..start].chars().next_back();
        let after = text[start + word.len()..].chars().next();
        !before.is_some_and(is_part) && !after.is_some_and(is_part)
    })
}

#[test]
fn code_and_text_are_separated() {
    let source = "let a = 'b'; // c\nlet d = \"e \\\" f\"; g('\"', h);\nr#\"i \" j\"#; k\n";
    let parts: Vec<_> = lines(source);
    let code: Vec<_> = parts.iter().map(|(code, _)| code.as_str()).collect();
    let text: Vec<_> = parts.iter().map(|(_, text)| text.as_str()).collect();
    assert_eq!(code, ["let a = 'b'; ", "let d = ; g(', h);", "r##; k", ""]);
    assert_eq!(text, ["/ c", "e   f", "i \" j", ""]);
}

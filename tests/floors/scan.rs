//! Paths in Rust source, as tokens tell them.

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Token {
    Word(String),
    /// `::`
    Colons,
    Sign(char),
}

/// The tokens of a Rust source, without comments, texts, characters and lifetimes.
pub(crate) fn tokens(source: &str) -> Vec<Token> {
    let chars: Vec<char> = source.chars().collect();
    let at = |i: usize| chars.get(i).copied().unwrap_or('\0');
    let is_word = |c: char| c.is_alphanumeric() || c == '_';
    let mut found = Vec::new();
    let mut i = 0;
    while i < chars.len() {
        let start = i;
        match (at(i), at(i + 1)) {
            ('/', '/') => {
                while i < chars.len() && at(i) != '\n' {
                    i += 1;
                }
            }
            ('/', '*') => {
                i += 2;
                while i < chars.len() && !(at(i - 1) == '*' && at(i) == '/') {
                    i += 1;
                }
                i += 1;
            }
            ('r', '"' | '#') if at(i + 1) == '"' || at(i + 2) == '"' => {
                let close: String = match at(i + 1) {
                    '#' => "\"#".into(),
                    _ => "\"".into(),
                };
                let body = i + 2 + close.len() - 1;
                let rest: String = chars.iter().skip(body).collect();
                let length = rest.find(&close).unwrap_or(rest.len());
                i = body + rest[..length].chars().count() + close.len();
            }
            ('"', _) => {
                i += 1;
                while i < chars.len() && at(i) != '"' {
                    i += if at(i) == '\\' { 2 } else { 1 };
                }
                i += 1;
            }
            ('\'', '\\') => {
                i += 3;
                while i < chars.len() && at(i) != '\'' {
                    i += 1;
                }
                i += 1;
            }
            ('\'', _) if at(i + 2) == '\'' => i += 3,
            ('\'', _) => i += 1,
            (':', ':') => {
                found.push(Token::Colons);
                i += 2;
            }
            (c, _) if is_word(c) => {
                while is_word(at(i)) {
                    i += 1;
                }
                found.push(Token::Word(chars[start..i].iter().collect()));
            }
            (c, _) => {
                if !c.is_whitespace() {
                    found.push(Token::Sign(c));
                }
                i += 1;
            }
        }
    }
    found
}

/// Every path of a source file, absolute where it leads into this crate.
struct Paths<'a> {
    tokens: &'a [Token],
    next: usize,
    found: Vec<Vec<String>>,
}

impl Paths<'_> {
    fn word(&self, at: usize) -> Option<&str> {
        match self.tokens.get(at) {
            Some(Token::Word(word)) => Some(word),
            _ => None,
        }
    }

    fn is_sign(&self, at: usize, sign: char) -> bool {
        self.tokens.get(at) == Some(&Token::Sign(sign))
    }

    /// Reads the path that starts here, and all that a `{..}` at its end unfolds to.
    fn read(&mut self, prefix: &[String]) {
        let mut path = prefix.to_vec();
        while let Some(word) = self.word(self.next) {
            path.push(word.to_owned());
            self.next += 1;
            if self.tokens.get(self.next) != Some(&Token::Colons) {
                break;
            }
            self.next += 1;
            if self.is_sign(self.next, '{') {
                self.next += 1;
                while self.next < self.tokens.len() && !self.is_sign(self.next, '}') {
                    match self.word(self.next) {
                        Some(_) => self.read(&path),
                        None => self.next += 1,
                    }
                }
                self.next += 1;
                return;
            }
        }
        self.found.push(path);
    }
}

/// The paths of a file of module `module` (`["http", "routes", "login"]`).
pub(crate) fn paths(module: &[String], tokens: &[Token]) -> Vec<Vec<String>> {
    let mut reader = Paths {
        tokens,
        next: 0,
        found: Vec::new(),
    };
    // The name of each `mod name {` that is open, and nothing for any other brace.
    let mut open: Vec<Option<String>> = Vec::new();
    let mut all = Vec::new();
    while reader.next < tokens.len() {
        let here = reader.next;
        if reader.is_sign(here, '{') {
            let name = reader.word(here.wrapping_sub(1)).map(str::to_owned);
            let is_module = reader.word(here.wrapping_sub(2)) == Some("mod");
            open.push(name.filter(|_| is_module));
        } else if reader.is_sign(here, '}') {
            open.pop();
        }
        if reader.word(here).is_none() {
            reader.next += 1;
            continue;
        }
        reader.read(&[]);
        let module: Vec<_> = module
            .iter()
            .chain(open.iter().flatten())
            .cloned()
            .collect();
        all.extend(reader.found.drain(..).map(|path| absolute(&module, path)));
    }
    all
}

pub(crate) fn absolute(module: &[String], path: Vec<String>) -> Vec<String> {
    let relative = path
        .iter()
        .take_while(|word| *word == "super" || *word == "self");
    let relative = relative.count();
    if relative == 0 {
        return path;
    }
    let ups = path.iter().filter(|word| *word == "super").count();
    let kept = module.len().saturating_sub(ups);
    let module = module.iter().take(kept);
    let rest = path.iter().skip(relative);
    std::iter::once(&"crate".to_owned())
        .chain(module)
        .chain(rest)
        .cloned()
        .collect()
}

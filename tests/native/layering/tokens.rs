//! Rust and JavaScript source as tokens with their lines: comments gone, strings whole.

/// The language a source file is read as.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Language {
    Rust,
    JavaScript,
}

/// One token.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Token {
    /// An identifier, keyword or number.
    Word(String),
    /// The content of a string literal or template.
    Text(String),
    /// Any other character.
    Sign(char),
}

impl Token {
    pub(super) fn word(&self) -> Option<&str> {
        match self {
            Token::Word(word) => Some(word),
            _ => None,
        }
    }

    pub(super) fn text(&self) -> Option<&str> {
        match self {
            Token::Text(text) => Some(text),
            _ => None,
        }
    }

    pub(super) fn is(&self, sign: char) -> bool {
        *self == Token::Sign(sign)
    }
}

/// The tokens of a source text, each with its line, counted from 1.
pub(super) fn tokens(text: &str, language: Language) -> Vec<(usize, Token)> {
    let mut reader = Reader {
        chars: text.chars().collect(),
        at: 0,
        line: 1,
        language,
        found: Vec::new(),
    };
    while reader.at < reader.chars.len() {
        reader.step();
    }
    reader.found
}

struct Reader {
    chars: Vec<char>,
    at: usize,
    line: usize,
    language: Language,
    found: Vec<(usize, Token)>,
}

impl Reader {
    fn step(&mut self) {
        let rust = self.language == Language::Rust;
        let (line, first) = (self.line, self.peek(0));
        match first {
            '/' if self.peek(1) == '/' => self.skip_line(),
            '/' if self.peek(1) == '*' => self.skip_block(),
            '"' => self.string('"', line),
            '\'' if rust => self.quote_or_lifetime(line),
            '\'' | '`' if !rust => self.string(first, line),
            '/' if !rust && self.regex_may_begin() => self.regex(),
            'r' | 'b' | 'c' if rust && self.raw_hashes().is_some() => self.raw_string(line),
            c if c.is_alphanumeric() || c == '_' || c == '$' => self.word(line),
            c => {
                self.advance();
                if !c.is_whitespace() {
                    self.found.push((line, Token::Sign(c)));
                }
            }
        }
    }

    fn peek(&self, ahead: usize) -> char {
        self.chars.get(self.at + ahead).copied().unwrap_or('\0')
    }

    fn advance(&mut self) -> char {
        let c = self.peek(0);
        self.line += usize::from(c == '\n');
        self.at += 1;
        c
    }

    fn skip_line(&mut self) {
        while self.at < self.chars.len() && self.peek(0) != '\n' {
            self.advance();
        }
    }

    /// Rust's block comments nest, JavaScript's do not.
    fn skip_block(&mut self) {
        let mut depth = 0;
        while self.at < self.chars.len() {
            match (self.peek(0), self.peek(1)) {
                ('/', '*') if depth == 0 || self.language == Language::Rust => depth += 1,
                ('*', '/') => depth -= 1,
                _ => {
                    self.advance();
                    continue;
                }
            }
            self.advance();
            self.advance();
            if depth == 0 {
                return;
            }
        }
    }

    fn word(&mut self, line: usize) {
        let from = self.at;
        while self.peek(0).is_alphanumeric() || matches!(self.peek(0), '_' | '$') {
            self.advance();
        }
        self.found
            .push((line, Token::Word(self.chars[from..self.at].iter().collect())));
    }

    /// A literal up to the next `end` that no backslash escapes; in a template, `${…}` is skipped with what it nests.
    fn string(&mut self, end: char, line: usize) {
        self.advance();
        let mut text = String::new();
        while self.at < self.chars.len() && self.peek(0) != end {
            if end == '`' && self.peek(0) == '$' && self.peek(1) == '{' {
                self.advance();
                self.substitution();
                continue;
            }
            if self.peek(0) == '\\' {
                self.advance();
            }
            text.push(self.advance());
        }
        self.advance();
        self.found.push((line, Token::Text(text)));
    }

    /// `{ code }` inside a template: its tokens count too, so an `import()` in there is seen.
    fn substitution(&mut self) {
        let mut depth = 0;
        loop {
            match self.peek(0) {
                '{' => depth += 1,
                '}' => depth -= 1,
                '\0' if self.at >= self.chars.len() => return,
                _ => {}
            }
            self.step();
            if depth == 0 {
                return;
            }
        }
    }

    /// `'a'` and `'\n'` are characters, `'a` is a lifetime.
    fn quote_or_lifetime(&mut self, line: usize) {
        if self.peek(1) == '\\' || self.peek(2) == '\'' {
            self.string('\'', line);
        } else {
            self.advance();
        }
    }

    /// After a value a slash divides; anywhere else it begins a regular expression.
    fn regex_may_begin(&self) -> bool {
        match self.found.last() {
            None => true,
            Some((_, Token::Sign(sign))) => !matches!(sign, ')' | ']' | '}'),
            Some((_, Token::Word(word))) => matches!(word.as_str(), "return" | "typeof" | "case" | "in" | "of"),
            Some((_, Token::Text(_))) => false,
        }
    }

    fn regex(&mut self) {
        self.advance();
        let mut class = false;
        while self.at < self.chars.len() && (class || self.peek(0) != '/') && self.peek(0) != '\n' {
            match self.advance() {
                '\\' => drop(self.advance()),
                '[' => class = true,
                ']' => class = false,
                _ => {}
            }
        }
        self.advance();
    }

    /// How many `#` a raw string that begins here has; `None` if none begins here.
    fn raw_hashes(&self) -> Option<usize> {
        let mut at = usize::from(matches!(self.peek(0), 'b' | 'c'));
        if self.peek(at) != 'r' {
            return None;
        }
        at += 1;
        let from = at;
        while self.peek(at) == '#' {
            at += 1;
        }
        (self.peek(at) == '"').then_some(at - from)
    }

    fn raw_string(&mut self, line: usize) {
        let hashes = self.raw_hashes().expect("a raw string begins here");
        while self.advance() != '"' {}
        let mut text = String::new();
        while self.at < self.chars.len() {
            if self.peek(0) == '"' && (1..=hashes).all(|ahead| self.peek(ahead) == '#') {
                break;
            }
            text.push(self.advance());
        }
        for _ in 0..=hashes {
            self.advance();
        }
        self.found.push((line, Token::Text(text)));
    }
}

#[test]
fn comments_and_strings_hide_nothing_and_show_nothing() {
    let words = |text: &str, language| -> Vec<String> {
        tokens(text, language)
            .iter()
            .filter_map(|(_, token)| token.word().map(str::to_string))
            .collect()
    };
    let rust = "/* a /* b */ c */ d /// e\nfn f<'g>(h: char) { '\"'; \"i\"; r#\"j\"k\"#; '\\''; l }";
    assert_eq!(words(rust, Language::Rust), ["d", "fn", "f", "g", "h", "char", "l"]);
    let js = "a // b\n/* c /* */ d = /['\"`]/.e / f; `g ${h + `i ${j}`} k`; 'l\\'m'; return /n/";
    assert_eq!(
        words(js, Language::JavaScript),
        ["a", "d", "e", "f", "h", "j", "return"]
    );
}

#[test]
fn tokens_know_their_lines() {
    let found = tokens("a\n/* \n */ 'b\\\nc'\n\nd", Language::JavaScript);
    let lines: Vec<usize> = found.iter().map(|(line, _)| *line).collect();
    assert_eq!(lines, [1, 3, 6]);
}

//! The lexer of Velocity 1.7: a stack of states, the longest match in the state on top, and matches that only begin a token.
//! What must stay true: it follows the state machine of the original to the character, since where a reference or a
//! directive ends decides what a template prints; the parser steers it (see [`Lexer::enter_directive`]) and so never looks
//! further ahead than the original does at those places.

mod kind;
mod rules;

pub(crate) use self::kind::{Kind, State};
use crate::error::{Position, TemplateError, quoted_piece};

/// A token: its text, and what the lexer passed over before it that still prints.
#[derive(Debug, Clone)]
pub(crate) struct Token {
    pub(crate) kind: Kind,
    /// Where the text starts and ends in the source, in bytes.
    pub(crate) start: usize,
    pub(crate) end: usize,
    pub(crate) position: Position,
    /// Dollars, hashes and backslashes that turned out to begin nothing.
    pub(crate) passed_over: String,
    /// The text, where it is no longer that of the source.
    pub(crate) replaced: Option<Box<str>>,
}

#[derive(Clone, Copy)]
struct Frame {
    state: State,
    opened: u32,
    closed: u32,
}

/// The lexer of one template or of one string in it.
pub(crate) struct Lexer<'s> {
    name: &'s str,
    source: &'s str,
    place: usize,
    state: State,
    stack: Vec<Frame>,
    /// Parentheses opened and closed in the current state.
    opened: u32,
    closed: u32,
    in_comment: bool,
    in_set: bool,
    /// Where the run of backslashes that was measured last ends.
    backslashes_end: usize,
    /// The place that `position` describes.
    counted_to: usize,
    position: Position,
}

impl<'s> Lexer<'s> {
    /// A lexer of `source`, whose first character stands at `start`.
    pub(crate) fn new(name: &'s str, source: &'s str, start: Position) -> Self {
        Self {
            name,
            source,
            place: 0,
            state: State::Default,
            stack: Vec::new(),
            opened: 0,
            closed: 0,
            in_comment: false,
            in_set: false,
            backslashes_end: 0,
            counted_to: 0,
            position: start,
        }
    }

    pub(crate) fn source(&self) -> &'s str {
        self.source
    }

    /// The next token.
    pub(crate) fn next_token(&mut self) -> Result<Token, TemplateError> {
        let mut passed_over = String::new();
        let mut passed_comment = false;
        let mut start = self.place;
        loop {
            let rest = &self.source[self.place..];
            if rest.is_empty() {
                if start < self.place {
                    return Err(self.error(start, "the template ends in the middle of this"));
                }
                return Ok(self.token(Kind::EndOfTemplate, start, start, passed_over, passed_comment));
            }
            let Some((kind, len)) = rules::longest_match(self.state, rest, self.backslashes()) else {
                return Err(self.error(self.place, "this character cannot stand here"));
            };
            match kind {
                Kind::Dollar | Kind::DollarBang => self.begin_reference(len),
                Kind::Hash => self.begin_directive(),
                Kind::TextBlockStart => self.begin_comment(State::TextBlock, len),
                Kind::FormalCommentStart => self.begin_comment(State::FormalComment, 3),
                Kind::BlockCommentStart => self.begin_comment(State::BlockComment, len),
                Kind::TextBlockCharacter => self.place += len,
                Kind::CommentCharacter => {
                    self.place += len;
                    start = self.place;
                }
                Kind::ReferenceTerminator | Kind::DirectiveTerminator => {
                    let image = &self.source[start..self.place + len];
                    passed_comment = image.starts_with("##");
                    push_passed_over(image, &mut passed_over);
                    self.pop();
                    start = self.place;
                }
                _ => {
                    let end = self.place + len;
                    self.place = end;
                    let end = self.finish(kind, start, end);
                    let mut token = self.token(kind, start, end, passed_over, passed_comment);
                    if kind == Kind::Dot && end - start > 1 {
                        // What was glued to a dot is lost.
                        token.replaced = Some(".".into());
                    }
                    return Ok(token);
                }
            }
        }
    }

    /// Whether a parenthesis follows, blanks and newlines aside.
    pub(crate) fn is_before_parenthesis(&self) -> bool {
        self.source[self.place..].trim_start_matches([' ', '\n', '\r', '\t']).starts_with('(')
    }

    /// The name of a directive was read and its arguments follow.
    pub(crate) fn enter_directive(&mut self) {
        self.state = State::Directive;
    }

    /// The directive has no arguments.
    pub(crate) fn leave_directive(&mut self) {
        self.pop();
    }

    /// The closing parenthesis of a `#set` was read.
    pub(crate) fn leave_set(&mut self) {
        self.in_set = false;
    }

    fn backslashes(&mut self) -> usize {
        if self.backslashes_end <= self.place {
            let rest = &self.source.as_bytes()[self.place..];
            let run = rest.iter().take_while(|byte| **byte == b'\\').count();
            self.backslashes_end = self.place + run;
        }
        self.backslashes_end - self.place
    }

    fn begin_reference(&mut self, len: usize) {
        self.place += len;
        if !self.in_comment {
            if self.state == State::Reference {
                self.pop();
            }
            self.push(State::Reference);
        }
    }

    fn begin_directive(&mut self) {
        self.place += 1;
        if !self.in_comment {
            if matches!(self.state, State::Reference | State::ReferenceModifier) {
                self.pop();
            }
            self.push(State::PreDirective);
        }
    }

    fn begin_comment(&mut self, state: State, len: usize) {
        if self.in_comment {
            // Inside a comment the whole match is passed over, and only a real beginning gives its last character back.
            let whole =
                rules::longest_match(self.state, &self.source[self.place..], 0).map_or(len, |found| found.1);
            self.place += whole;
            return;
        }
        self.place += len;
        self.in_comment = true;
        self.push(state);
    }

    /// What a complete token changes; returns where its text ends.
    fn finish(&mut self, kind: Kind, start: usize, end: usize) -> usize {
        match kind {
            Kind::IndexLeft => self.push(State::Index),
            Kind::IndexRight | Kind::End | Kind::Else | Kind::ReferenceCurlyRight => self.pop(),
            Kind::ParenthesisLeft => self.open_parenthesis(),
            Kind::ParenthesisRight => self.close_parenthesis(),
            Kind::MethodParenthesisRight => self.state = State::Reference,
            Kind::Set => self.begin_set(),
            Kind::LineCommentStart => self.begin_line_comment(),
            Kind::LineCommentEnd | Kind::FormalCommentEnd | Kind::BlockCommentEnd | Kind::TextBlockEnd => {
                self.in_comment = false;
                self.pop();
            }
            Kind::String if self.state == State::Directive && !self.in_set && self.opened == 0 => self.pop(),
            Kind::If | Kind::ElseIf => self.state = State::Directive,
            Kind::Integer => return self.finish_integer(start, end),
            Kind::Float if self.opened == 0 && !self.in_set && self.state != State::MethodArguments => {
                self.pop();
            }
            Kind::Dot => {
                self.place = end - 1;
                self.state = State::ReferenceModifier;
                return end - 1;
            }
            _ => {}
        }
        end
    }

    fn finish_integer(&mut self, start: usize, end: usize) -> usize {
        let is_range = self.source[start..end].ends_with("..");
        let end = if is_range { end - 2 } else { end };
        self.place = end;
        let is_argument = matches!(self.state, State::MethodArguments | State::Index);
        if self.opened == 0 && !self.in_set && !is_argument {
            self.pop();
        }
        end
    }

    fn open_parenthesis(&mut self) {
        if !self.in_comment {
            self.opened += 1;
        }
        if self.state == State::ReferenceModifier {
            self.state = State::MethodArguments;
        }
    }

    /// Leaves the innermost state that has an open parenthesis, once it is balanced.
    fn close_parenthesis(&mut self) {
        if self.in_comment {
            return;
        }
        while self.opened == 0 {
            if self.stack.is_empty() {
                self.pop();
                return;
            }
            self.pop();
        }
        if self.opened == self.closed + 1 {
            self.pop();
        } else {
            self.closed += 1;
        }
    }

    fn begin_set(&mut self) {
        if self.in_comment {
            return;
        }
        self.push(State::Directive);
        self.in_set = true;
        self.opened += 1;
    }

    fn begin_line_comment(&mut self) {
        if self.in_comment {
            return;
        }
        if self.state == State::Reference {
            self.pop();
        }
        self.in_comment = true;
        self.push(State::LineComment);
    }

    fn push(&mut self, state: State) {
        self.stack.push(Frame { state: self.state, opened: self.opened, closed: self.closed });
        self.opened = 0;
        self.state = state;
    }

    fn pop(&mut self) {
        let below = self.stack.pop();
        self.opened = below.map_or(0, |frame| frame.opened);
        self.closed = below.map_or(self.closed, |frame| frame.closed);
        self.state = below.map_or(State::Default, |frame| frame.state);
    }

    fn token(
        &mut self,
        kind: Kind,
        start: usize,
        end: usize,
        passed_over: String,
        passed_comment: bool,
    ) -> Token {
        let passed_over = if passed_comment { String::new() } else { passed_over };
        let position = self.position_of(start);
        Token { kind, start, end, position, passed_over, replaced: None }
    }

    /// Places are asked for in ascending order, so the source is counted through once.
    fn position_of(&mut self, place: usize) -> Position {
        for character in self.source[self.counted_to.min(place)..place].chars() {
            if character == '\n' {
                self.position.line += 1;
                self.position.column = 1;
            } else {
                self.position.column += 1;
            }
        }
        self.counted_to = place;
        self.position
    }

    fn error(&mut self, place: usize, message: &str) -> TemplateError {
        TemplateError {
            template: self.name.to_owned(),
            position: self.position_of(place),
            piece: quoted_piece(&self.source[place..]),
            message: message.to_owned(),
        }
    }
}

/// Appends what still prints of a passage that turned out to be neither reference nor directive: dollars and hashes, and the
/// backslashes that lead to a dollar.
fn push_passed_over(image: &str, out: &mut String) {
    let bytes = image.as_bytes();
    let mut index = 0;
    while index < bytes.len() {
        match bytes[index] {
            b'#' => out.push('#'),
            b'$' => out.push('$'),
            b'\\' => {
                let run = bytes[index..].iter().take_while(|byte| **byte == b'\\').count();
                if bytes.get(index + run) == Some(&b'$') {
                    out.push_str(&image[index..=index + run]);
                    // The original also loses the character after the dollar.
                    index += run + 1;
                }
            }
            _ => {}
        }
        index += 1;
    }
}

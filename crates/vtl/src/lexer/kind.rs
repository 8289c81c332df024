//! The tokens of Velocity 1.7 and the states in which they are looked for. What must stay true: the order of [`Kind`] is the
//! order of precedence: of two matches of one length the kind that stands first wins.

/// What a lexer may find next depends on where it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum State {
    /// Text.
    Default,
    /// After `$`.
    Reference,
    /// After the dot of a reference.
    ReferenceModifier,
    /// Between the parentheses of a method.
    MethodArguments,
    /// Between the brackets of an index.
    Index,
    /// After `#`.
    PreDirective,
    /// Between the parentheses of a directive.
    Directive,
    LineComment,
    FormalComment,
    BlockComment,
    TextBlock,
}

/// The kind of a match.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Kind {
    EndOfTemplate,
    IndexLeft,
    IndexRight,
    BracketLeft,
    BracketRight,
    Comma,
    DoubleDot,
    Colon,
    CurlyLeft,
    CurlyRight,
    ParenthesisLeft,
    ParenthesisRight,
    MethodParenthesisRight,
    EscapedDirective,
    Set,
    Dollar,
    DollarBang,
    TextBlockStart,
    FormalCommentStart,
    BlockCommentStart,
    Hash,
    LineCommentStart,
    DoubleEscape,
    Escape,
    Text,
    LineCommentEnd,
    FormalCommentEnd,
    BlockCommentEnd,
    TextBlockEnd,
    CommentCharacter,
    TextBlockCharacter,
    Blank,
    String,
    True,
    False,
    Minus,
    Plus,
    Multiply,
    Divide,
    Modulo,
    And,
    Or,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
    Equal,
    NotEqual,
    Not,
    Assign,
    End,
    If,
    ElseIf,
    Else,
    Integer,
    Float,
    Word,
    BracketedWord,
    Identifier,
    Dot,
    ReferenceCurlyLeft,
    ReferenceCurlyRight,
    ReferenceTerminator,
    DirectiveTerminator,
    EmptyIndex,
}

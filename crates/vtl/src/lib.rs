//! The Velocity engine: lexer, parser, evaluator, limits; knows no AWS

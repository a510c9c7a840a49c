//! A host application that attaches the stage.

mod guards;
mod rejections;

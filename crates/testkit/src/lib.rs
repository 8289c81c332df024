//! What tests share: the built binary, free ports, a Python environment, the recorded corpus

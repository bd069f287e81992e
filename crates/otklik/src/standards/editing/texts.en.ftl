# editing
standards-mark = Standard “{ $title }”, version { $n }

# editing
standards-mark = Стандарт «{ $title }», версия { $n }

thread-title = Нить пункта
thread-versions = Версии
thread-signatures = Кто знает
thread-quiz = Что понимают
thread-questions = О чём спрашивают клиентов
thread-touchpoint = Точка контакта
thread-proposals = Что предлагают сотрудники
thread-none = Пока ничего.
thread-orphan = Об этом правиле никто не спрашивает: ни опрос, ни тест, ни оценка точки контакта. Соблюдают ли его, вы не узнаете.
thread-orphan-step = Добавить вопрос в опрос
thread-orphans = Правила, о которых никто не спрашивает
thread-orphans-why = Ни вопрос клиенту, ни тест, ни оценка точки контакта на них не указывает. Проверьте, нужны ли они, или начните спрашивать.
thread-orphans-n = { $n ->
    [one] { $n } такое правило.
    [few] { $n } таких правила.
   *[other] { $n } таких правил.
}
thread-orphans-none = Таких правил нет
thread-orphans-none-why = О каждом правиле в силе кто-нибудь спрашивает: клиент, тест или оценка точки контакта.
thread-effect = Что изменилось после версий
thread-effect-none = Пока сравнить нечего: нужны оценки точки контакта хотя бы за две недели до и после публикации.
thread-effect-why = Сравнение времени после публикации с таким же временем до неё. Это связь по времени, а не доказанная причина: рядом могло произойти и другое.
thread-version-on = версия { $n }, { $on }
thread-point = Точка контакта
thread-before = До
thread-after = После
thread-change = Изменение
thread-moved-better = стало лучше; это не шум
thread-moved-worse = стало хуже; это не шум
thread-moved-noise = в пределах обычных колебаний
thread-moved-few = мало ответов
thread-days = { $n ->
    [one] по { $n } дню с каждой стороны
   *[other] по { $n } дней с каждой стороны
}
thread-orphans-nothing = Правил в силе пока нет
thread-orphans-nothing-why = Опубликуйте стандарт, и здесь станет видно, о каких его правилах никто не спрашивает.

# Обязанности прочитать и подписать
duties-paper-statement = Подписано на бумаге { $day }; внёс(ла) { $name }
duties-mail-subject = Прочитайте и подпишите стандарт
duties-mail-subject-late = Стандарт ждёт вашей подписи
duties-mail-hello = Здравствуйте, { $name }!
duties-mail-text = Прочитайте, пожалуйста, и подпишите:
duties-mail-due = «{ $title }» до { $day }
duties-mail-late = «{ $title }»: срок был { $day }
duties-mail-link = Прочитать и подписать
forbidden-no-employee = Ваш вход не связан с карточкой сотрудника. Связать их может владелец, в настройках пользователя.
forbidden-outside-audience = Этот стандарт не для вашего места работы, подписывать его не нужно.
conflict-version-replaced = Уже вышла версия { $what }. Откройте её и прочитайте, что изменилось.
conflict-nothing-to-sign = Здесь больше нечего подписывать: всё уже подписано или снято.
error-item-not-asked = Этот пункт не нужно подписывать.
error-item-missing = Не хватает пункта { $item }.
error-signed-on-range = День подписи должен лежать между публикацией и сегодня.
error-nothing-to-sign = Этому человеку нечего подписывать.
error-absence-ends-before = Последний день раньше первого.
duties-verify-ok = Подпись цела: всё в файле сходится
duties-verify-company = Компания
duties-verify-standard = Стандарт
duties-verify-version = Версия
duties-verify-items = Пунктов
duties-verify-employee = Подписал(а)
duties-verify-statement = Заявление
duties-verify-at = Когда
duties-verify-via = Как
duties-verify-entered-by = Внесено
duties-verify-hash = Отпечаток
duties-finding-not-json = Это не файл подписи: внутри не JSON
duties-finding-format = Это не файл подписи Otklik этого формата
duties-finding-shape = В файле не хватает частей или есть лишние
duties-finding-form = Файл записан не так, как его пишет программа
duties-finding-text = Текст не тот, который подписали
duties-finding-signature = Изменена сама подпись: кто, когда, что или как
duties-finding-mismatch = Текст и подпись говорят о разном
duties-finding-file = В файле что-то изменено
duties-own = Мне прочитать и подписать
duties-state = Состояние
duties-state-pending = ждёт подписи
duties-state-overdue = просрочено
duties-state-signed = подписано
duties-state-lifted = снято
duties-until = До { $day }
duties-was-due = Срок был { $day }
duties-version = версия { $n }
duties-items = { $n ->
    [one] { $n } пункт
    [few] { $n } пункта
   *[many] { $n } пунктов
}
duties-thanks = Спасибо, подпись принята
duties-thanks-all = Больше подписывать нечего.
duties-thanks-next = { $n ->
    [one] Остался ещё { $n } стандарт.
    [few] Осталось ещё { $n } стандарта.
   *[many] Осталось ещё { $n } стандартов.
}
duties-not-linked = Вы пока не связаны с сотрудником
duties-none = Подписывать нечего
duties-none-why = Когда выйдет стандарт для вашего места работы, он появится здесь.
duties-all-done = Всё подписано.
duties-past = Раньше
duties-why = Зачем
duties-measure = Как проверить
duties-norm = Норма
duties-text = Текст
duties-statement = Я прочитал(а) и понял(а) стандарт «{ $title }», версия { $n }
duties-agree-first = Отметьте, что прочитали и поняли
duties-nothing-asked = Здесь подписывать нечего
duties-nothing-asked-why = Всё, что от вас нужно по этому стандарту, уже подписано.
duties-back = К моим стандартам
duties-others = { $n ->
    [one] Показано только то, что нужно подписать. Ещё { $n } пункт остаётся как был.
    [few] Показано только то, что нужно подписать. Ещё { $n } пункта остаются как были.
   *[many] Показано только то, что нужно подписать. Ещё { $n } пунктов остаются как были.
}
duties-whole = Весь стандарт
duties-critical = нарушать нельзя
duties-changed = изменилось
duties-new = новое для вас
duties-what-changed = Что изменилось с вашей подписи
duties-photo = Фотография примера
duties-audio = Пример на слух
duties-sign = Подписать
duties-later = Позже
duties-signature = Подпись
duties-bundle = Скачать файл подписи
duties-signed-text = Что подписано
duties-proof = Что доказывает файл
duties-proof-what = Файл содержит текст, который был показан, заявление, имя и время. Команда otklik verify проверяет без сервера, что в нём ничего не изменили.
duties-proof-not = Кто сидел за телефоном, файл не доказывает. Сверьте отпечаток с тем, что хранится здесь: у подделки, собранной заново, он другой.
duties-via-session = в своём кабинете
duties-via-token = через программу
duties-via-paper = на бумаге
duties-people = Кто подписал
duties-share = Доля
duties-everybody = все
duties-due = Срок
duties-sheet = Лист ознакомления
duties-sheet-title = Лист ознакомления
duties-sheet-how = Распечатайте страницу, соберите подписи, потом отметьте здесь, кто подписал.
duties-sheet-empty = В этом филиале всё подписано
duties-sheet-empty-why = Печатать нечего: открытых обязанностей нет.
duties-signed-tick = Подписал(а)
duties-signed-by = { $name }: подписал(а) на бумаге
duties-signed-on = День на листе
duties-day = Дата
duties-only-items = пункты { $numbers }
duties-enter = Внести подписи
duties-printed = Напечатано { $day }
duties-done-entered = Подписи внесены.
duties-done-away = Отпуск внесён, открытое снято на это время.
duties-done-back = Отпуск убран, открытое снова ждёт подписи.
duties-settling = Раздаём обязанности
duties-settled = Все получили своё.
duties-show = Показать
duties-progress = { $done } из { $all }
duties-spared = { $n ->
    [one] Благодаря тому, что подписывается только изменённое, не пришлось подписывать заново { $n } пункт.
    [few] Благодаря тому, что подписывается только изменённое, не пришлось подписывать заново { $n } пункта.
   *[many] Благодаря тому, что подписывается только изменённое, не пришлось подписывать заново { $n } пунктов.
}
duties-nobody = Этот стандарт пока никого не касается
duties-nobody-why = По филиалам и должностям под него никто не подходит. Проверьте, для кого он.
duties-nobody-here = Таких людей нет.
duties-one-by-one = По людям
duties-more-branches = { $n ->
    [one] Ещё { $n } филиал не показан.
    [few] Ещё { $n } филиала не показаны.
   *[many] Ещё { $n } филиалов не показаны.
}
duties-of-person = Стандарты и отпуска: { $name }
duties-person-none = Ничего подписывать не нужно.
duties-leaves = Отпуска
duties-leaves-why = Пока человека нет, от него ничего не ждут. Когда он вернётся, срок начнётся заново.
duties-away-since = с { $day }, пока не вернётся
duties-away-now = сейчас
duties-away-from = Первый день
duties-away-to = Последний день
duties-away-to-hint = Пусто, если ещё неизвестно
duties-leave-add = Внести отпуск
duties-leave-remove = Отпуск будет убран, снятое снова попросит подписи.
duties-take-back = Убрать
duties-knowledge = Кто что знает
duties-known-of = { $known } из { $all } подписей
duties-missing = Не подписано
duties-required = Требуется
duties-known = Знают
duties-known-now = Сейчас подписано { $share }.
duties-known-over = Как росло знание стандартов
duties-known-none = Пока нечего показать
duties-known-none-why = Опубликуйте стандарт, и здесь будет видно, кто его знает.
duties-all-standards = Все стандарты
duties-more-lines = { $n ->
    [one] Показать ещё { $n } строку
    [few] Показать ещё { $n } строки
   *[many] Показать ещё { $n } строк
}

# editing
standards-mark = Стандарт «{ $title }», версия { $n }
conflict-nothing-changed = С прошлой версии ничего не изменилось: публиковать нечего.
conflict-not-approved = Черновик ещё не согласован. Отправьте его на согласование: без него публиковать нельзя.
conflict-no-approver = У стандарта не назван согласующий. Назовите его в свойствах стандарта.
conflict-not-draft = Черновик уже отправлен или согласован.
conflict-not-in-review = Черновик не на согласовании.
conflict-item-retired = Пункт выведен из стандарта и больше не меняется.
conflict-item-retiring = Пункт уже будет выведен со следующей публикацией.
conflict-item-not-retiring = Этот пункт и так остаётся.
conflict-proposal-decided = На это предложение уже ответили.
conflict-proposal-overtaken = В черновике этот пункт уже переписали. Впишите слова, которые должны остаться, и примите предложение с ними.
forbidden-not-approver = Согласовать может только тот, кто назван согласующим.
error-cannot-approve = Согласовать может владелец или менеджер по качеству.
error-not-changed = Этот пункт не менялся.

standards-title = Стандарты
standards-new = Новый стандарт
standards-new-lead = Назовите, о чём договариваемся. Пункты добавите на следующем шаге.
standards-name = Название
standards-name-hint = Например: «Встреча клиента», «Звонок в клинику»
standards-kind = О чём
standards-kind-communication = Общение
standards-kind-communication-hint = Как говорим с клиентом: встреча, звонок, жалоба, прощание
standards-kind-organisation = Организация
standards-kind-organisation-hint = Очередь, запись, часы работы, передача смены
standards-kind-operation = Порядок действий
standards-kind-operation-hint = Что за чем делаем: оплата, возврат, выдача
standards-kind-profession = Мастерство
standards-kind-profession-hint = Что умеет специалист и как это видно
standards-kind-materials = Место и вещи
standards-kind-materials-hint = Чистота, вывески, форма, расходные материалы
standards-start = Начать писать
standards-cancel = Отмена
standards-empty = Стандартов пока нет
standards-empty-why = Стандарт — это список коротких правил: что делаем, зачем и как это видно. Начните с одного: с того, на что чаще жалуются.
standards-empty-reader = Здесь появятся правила, по которым работает компания.
standards-none = Под эти условия ничего нет
standards-none-why = Уберите условие или посмотрите все стандарты.
standards-state = Состояние
standards-state-draft = Черновик
standards-state-review = На согласовании
standards-state-approved = Согласован
standards-state-published = Действует
standards-state-retired = Выведен
standards-state-retiring = Будет выведен
standards-chip-all = Все
standards-chip-published = Действуют
standards-chip-draft = Черновики
standards-chip-review = На согласовании
standards-chip-approved = Согласованы
standards-audience = Кто должен знать
standards-for-all = Все сотрудники
standards-for-more = { $n ->
    [one] и ещё { $n } филиал
    [few] и ещё { $n } филиала
   *[many] и ещё { $n } филиалов
}
standards-review-on = Пересмотр
standards-past = Пора пересмотреть
standards-past-all = Пора пересмотреть
standards-past-why = Пересмотр намечен на { $day }. Проверьте, всё ли ещё верно, и перенесите дату.
standards-later = Впереди
standards-calendar = Календарь пересмотров
standards-calendar-lead = Правило, на которое год не смотрели, обычно уже не выполняют. Здесь видно, к чему вернуться.
standards-calendar-empty = Пересматривать пока нечего
standards-rules = Найти правило
standards-rules-ask = Что случилось?
standards-rules-hint = Что случилось? Например: возврат, клиент кричит, опоздал
standards-rules-find = Найти
standards-rules-none = По словам «{ $q }» правил нет
standards-rules-none-why = Попробуйте одно слово или другое: ищем по всем формам слов в действующих правилах.
standards-rules-none-yet = Когда появятся действующие стандарты, здесь найдётся любое правило за секунду.
standards-rules-close = Правила со всеми словами сразу нет. Вот близкие:
standards-tip = Правило дня
standards-proposals = Предложения
standards-proposals-lead = Кто работает с клиентом, видит, где правило не работает. Ответьте каждому: принять или объяснить, почему нет.
standards-proposals-why = Сотрудник открывает пункт и нажимает «Предложить иначе». Принятое попадает в черновик с именем автора.
standards-proposals-empty = Предложений нет
standards-proposals-all = Все
standards-proposals-open = Ждут ответа
standards-proposals-accepted = Приняты
standards-proposals-declined = Не приняты
standards-proposals-n = { $n ->
    [one] { $n } предложение ждёт ответа
    [few] { $n } предложения ждут ответа
   *[many] { $n } предложений ждут ответа
}
standards-proposal-open = Ждёт ответа
standards-proposal-accepted = Принято
standards-proposal-declined = Не принято
standards-proposal-text = Что войдёт в черновик
standards-proposal-answer = Ответ автору
standards-proposal-accept = Принять
standards-proposal-refuse = Не принимать
standards-propose = Предложить иначе
standards-propose-why = Вы работаете с этим правилом и знаете, где оно не помогает. Предложите свои слова или просто скажите, что не так.
standards-propose-words = Как было бы лучше
standards-propose-words-hint = Поправьте текст. Если слова хорошие, а мешает что-то другое, оставьте как есть и напишите ниже.
standards-propose-reason = Зачем
standards-propose-send = Отправить предложение
standards-propose-new = Новое правило (если не хватает)
standards-propose-item = Предложить новое правило
standards-credit = { $name } предложил(а) эти слова, приняты { $at }
standards-version-n = версия { $n }
standards-version-of = версия { $n } от { $at }
standards-version-now = действует
standards-versions = Версии
standards-versions-all = Все версии
standards-versions-none = Ещё не публиковался
standards-versions-why = Каждая публикация сохраняется здесь навсегда.
standards-what-changed = Что изменилось
standards-approved-by = согласовано: { $name }
standards-published-on = Опубликована { $at }
standards-hash = Контрольная сумма текста
standards-hash-why = По ней видно, что текст не подменили: подписи сотрудников стоят под этой суммой.
standards-between = Версии { $from } → { $to }
standards-earlier = Раньше
standards-later-change = Позже
standards-no-difference = Отличий нет.
standards-reordered = Порядок пунктов другой.
standards-asked-n = { $n ->
    [one] подписывает { $n } человек
    [few] подписывают { $n } человека
   *[many] подписывают { $n } человек
}
standards-spared-n = { $n ->
    [one] { $n } подпись сбережена
    [few] { $n } подписи сбережены
   *[many] { $n } подписей сбережено
}
standards-fate-added = новый
standards-fate-removed = выведен
standards-fate-changed = изменён
standards-change-new = новый
standards-change-material = по существу
standards-change-editorial = правка
standards-change-retired = выведен
standards-news-material = Новое в этой версии
standards-news-editorial = Поправлены слова
standards-about = О стандарте
standards-owner = Отвечает
standards-approver = Согласует
standards-approver-none = Никто, публикует автор
standards-approver-hint = Без согласия этого человека черновик не опубликовать.
standards-days = Дней на чтение и подпись
standards-days-hint = Столько дней даётся после публикации.
standards-for-branches = Филиалы
standards-for-branches-hint = Никто не отмечен — для всех филиалов.
standards-for-branches-codes = Коды филиалов, по одному в строке. Пусто — для всех.
standards-for-positions = Должности
standards-for-positions-hint = Никто не отмечен — для всех должностей.
standards-for-others = Другие должности
standards-ahead = В черновике есть правки. Сотрудники видят прежний текст, пока вы не опубликуете новый.
standards-not-yet = Это черновик: его видите только вы и те, кто пишет стандарты.
standards-returned = { $by } вернул(а) черновик { $at }
standards-items-empty = Пунктов пока нет
standards-items-empty-why = Добавьте первое правило: что делаем и как это видно.
standards-items-first = Добавьте первое правило. Одно правило — одно действие, которое видно со стороны.
standards-why-short = Зачем:
standards-measure-short = Как видно:
standards-norm-short = Норма:
standards-critical = Обязателен всегда
standards-optional = Без подписи
standards-minutes-n = { $n } мин
standards-item-more = Подробнее
standards-item-history = Как менялся
standards-item-unpublished = Пункт ещё не публиковался.
standards-done-published = Опубликовано. Подпишут только те, кого это касается, и только новое.
standards-done-sent = Отправлено на согласование.
standards-done-approved = Согласовано. Можно публиковать.
standards-done-returned = Вернули с объяснением.
standards-done-taken-back = Забрали обратно в черновик.
standards-done-proposed = Спасибо. Ответ придёт от того, кто отвечает за стандарт.
standards-edit = Править
standards-edit-title = Правка
standards-edit-lead = Всё сохраняется само. Сотрудники увидят изменения после публикации.
standards-read = Как видят
standards-publish = К публикации
standards-publish-n = Опубликовать версию { $n }
standards-publish-first = Первая версия: прочитать и подписать попросят всех, кому она нужна.
standards-publish-lead = Скажите о каждом изменении: поправили слова или изменился смысл. Подписи попросим только за смысл.
standards-what-change = Что это за изменение?
standards-editorial = Правка
standards-editorial-why = Опечатка, яснее сказано. Подписи остаются, никого не беспокоим.
standards-material = По существу
standards-material-why = Делать надо иначе. Попросим подписать только этот пункт.
standards-choose = Выберите одно из двух.
standards-nothing = Публиковать нечего
standards-nothing-why = С прошлой версии ничего не изменилось.
standards-needs-word = Сначала нужно согласование.
standards-back-edit = Вернуться к правке
standards-forecast-open = { $n ->
    [one] Осталось решить про { $n } изменение.
    [few] Осталось решить про { $n } изменения.
   *[many] Осталось решить про { $n } изменений.
}
standards-forecast-nobody = Подписывать пока некому: под этот стандарт не подходит ни один сотрудник.
standards-forecast-none = Никого не побеспокоим.
standards-forecast-asked = { $n ->
    [one] Подпишет { $n } человек.
    [few] Подпишут { $n } человека.
   *[many] Подпишут { $n } человек.
}
standards-forecast-spared = { $n ->
    [one] { $n } подпись сбережена.
    [few] { $n } подписи сбережены.
   *[many] { $n } подписей сбережено.
}
standards-review = Согласование
standards-review-read = Прочитать и согласовать
standards-review-nobody = Согласующий не назван: опубликовать можно сразу. Назовите его, если нужно второе мнение.
standards-review-name = Назвать согласующего
standards-review-own = Вас просят согласовать этот черновик. Ниже всё, что изменится.
standards-review-waits = Ждём решения: { $name }.
standards-review-done = Согласовано: { $name }. Любая новая правка потребует нового согласия.
standards-review-lead = Согласует { $name }. Ниже всё, что изменится.
standards-review-send = Отправить: { $name }
standards-approve = Согласовать
standards-return = Вернуть на доработку
standards-return-reason = Что поправить
standards-take-back = Забрать обратно
standards-lang = Язык текстов
standards-head = Название, для кого, сроки
standards-save = Сохранить
standards-saving = Сохраняем…
standards-saved = Сохранено
standards-save-failed = Не получается сохранить, пробуем ещё. Текст остаётся здесь.
standards-save-wrong = Не сохранено.
standards-clash = Пока вы писали, кто-то сохранил этот пункт иначе
standards-clash-why = Ниже — чем ваш текст отличается от сохранённого. Ничего не потеряно: выберите, что останется.
standards-clash-page = Ниже — чем ваш текст отличается от сохранённого. Если сохраните ещё раз, останется ваш.
standards-clash-mine = Оставить моё
standards-clash-theirs = Взять сохранённое
standards-field-text = Правило
standards-field-why = Зачем
standards-why-hint = Правило, у которого понятна причина, выполняют и без проверки.
standards-field-measure = Как это видно
standards-measure-hint = Секундомер, журнал, вопрос клиенту
standards-field-norm = Норма
standards-norm-hint = 3 минуты, 9 из 10
standards-field-stage = Заголовок
standards-stage-hint = Встреча, ожидание, прощание
standards-field-touchpoint = Точка контакта
standards-no-touchpoint = Не указана
standards-field-weight = Вес в проверке
standards-field-minutes_cost = Минут на каждый раз
standards-field-critical = Обязателен всегда
standards-field-mandatory = Нужна подпись
standards-field-example = Пример
standards-true = да
standards-false = нет
standards-critical-label = Обязателен всегда
standards-critical-hint = Пропустили — вся проверка не пройдена. Берегите для безопасности и денег.
standards-optional-label = Подпись не нужна
standards-optional-hint = Совет, а не обязанность: читают, но не подписывают.
standards-retire = Вывести из стандарта
standards-keep = Оставить
standards-item-new = Новое правило
standards-item-new-hint = Одно действие, которое видно со стороны: «Поздоровайтесь в первые 30 секунд»
standards-item-add = Добавить
standards-lint = Подсказки к тексту
standards-lint-why = Подсказки появляются, пока вы пишете. Они советуют и ничего не запрещают.
standards-lint-specific = Конкретно
standards-lint-measurable = Измеримо
standards-lint-relevant = К месту
standards-lint-transparent = Понятно новичку
standards-lint-current = Не устарело
standards-lint-free = Есть свобода
standards-lint-complete = Полно
standards-lint-economic = Окупается
standards-example = Пример: фото или запись
standards-example-add = Приложить
standards-example-drop = Убрать пример
standards-photo-alt = Фото: как это выглядит, когда сделано верно
standards-audio-alt = Запись: как это звучит, когда сделано верно
error-too-many-files = За полдня загружено слишком много файлов. Попробуйте завтра или возьмите файлы поменьше.
error-not-an-example = Подойдёт фото (PNG, JPEG, WebP) или запись (MP3, WAV, OGG, M4A) до 20 МБ.
standards-thread-open = Показать
standards-empty-library = Или взять готовые правила из библиотеки
standards-people = Кто подписал
standards-people-open = Список людей и лист ознакомления
standards-in-ru = по-русски
standards-in-en = по-английски

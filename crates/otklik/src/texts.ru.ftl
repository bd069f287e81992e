problem-unparseable = Запрос не читается
problem-unparseable-detail = Не получилось прочитать: { $what }
problem-unauthorized = Нужно войти
problem-unauthorized-detail = Войдите или пришлите действующий токен.
problem-forbidden = Сюда вам нельзя
problem-not-found = Такого здесь нет
problem-not-found-detail = Возможно, это удалили, или в адресе опечатка.
problem-method-not-allowed = Так сюда не обращаются
problem-method-not-allowed-detail = Этот адрес не принимает такой метод.
problem-conflict = Уже не получится
problem-gone = Этого больше нет
problem-misdirected = Это не наш адрес
problem-misdirected-detail = Запрос пришёл на чужое имя сайта. Откройте страницу по адресу, который указал администратор (--public-url).
problem-too-large = Слишком большой запрос
problem-too-large-detail = Сократите текст или разделите файл на части.
problem-unsupported-media = Такой формат не подходит
problem-unsupported-media-detail = Пришлите JSON с заголовком Content-Type: application/json.
problem-invalid = Кое-что нужно поправить
problem-invalid-detail = Введённое сохранилось; поправьте отмеченные места.
problem-too-many = Слишком часто
problem-busy = Сейчас много работы
problem-retry = { $n ->
    [one] Попробуйте снова через { $n } секунду.
    [few] Попробуйте снова через { $n } секунды.
   *[other] Попробуйте снова через { $n } секунд.
 }
problem-internal = Что-то сломалось у нас
problem-internal-detail = Мы записали подробности в журнал сервера. Ничего из введённого не потеряно: вернитесь и попробуйте ещё раз.

forbidden-role = Ваша роль этого не позволяет. Если это нужно для работы, попросите владельца.
forbidden-scope = У токена нет нужного права.
forbidden-history = Писать прошлым числом может только токен с правом history.
forbidden-origin = Запрос пришёл не с наших страниц. Откройте страницу заново и повторите.
forbidden-other-branch = Это другой филиал.
conflict-version = Пока вы правили, кто-то уже сохранил другую версию. Ваш текст цел: сравните и сохраните ещё раз.
conflict-in-use = На это ещё что-то ссылается.
conflict-replay = Такой же запрос только что выполнен.
conflict-org-exists = Компания с таким названием уже есть.
conflict-not-open = Опрос сейчас не открыт.
gone-survey-closed = Опрос закрыт. Спасибо, что хотели ответить!

error-home = На главную
error-required = Заполните это поле.
error-too-long = Не больше { $max } знаков.
error-too-many = Не больше { $max }.
error-too-deep = Условия вложены глубже { $max } уровней.
error-control-characters = Здесь есть невидимые служебные знаки: уберите их.
error-unknown-field = Такого поля нет.
error-unknown-variant = Подойдёт одно из: { $allowed }.
error-wrong-type = { $expected ->
    [text] Нужен текст.
    [whole] Нужно целое число.
    [number] Нужно число.
    [truth] Нужно true или false.
    [list] Нужен список.
    [object] Нужен объект с полями.
    [moment] Нужен момент вида 2026-11-21T09:00:00Z.
    [date] Нужна дата вида 2026-11-21.
    [id] Нужен номер (id) целиком.
   *[other] Не тот вид значения.
 }
error-not-an-object = Нужен объект JSON.
error-out-of-range = От { $min } до { $max }.
error-bad-cursor = Это не указатель из прошлого ответа.
error-bad-idempotency-key = Ключ — от 1 до 255 знаков.
error-key-reused = С этим ключом уже был другой запрос. Возьмите новый ключ.
error-unknown = Такого нет в вашей компании.
error-duplicate = Такое уже есть.
error-bad-key = Латинские буквы, цифры, _ и -, не больше 64 знаков.
error-bad-email = Проверьте адрес почты: нужен вид имя@домен.ру.
error-bad-phone = Проверьте телефон: например, +7 495 123-45-67.
error-bad-name = Имя не длиннее 200 знаков, без служебных символов.
error-unknown-timezone = Нужен часовой пояс вида Europe/Moscow.
error-unknown-locale = Есть русский (ru) и английский (en).
error-password-short = Пароль короче 10 знаков.
error-password-long = Пароль длиннее 256 знаков.
error-password-is-email = Пароль совпадает с почтой: его легко угадать.

error-not-for-type = У вопроса этого вида такого поля нет.
error-bad-scale = Нижний край должен быть меньше верхнего; от { $min } до { $max }.
error-fixed-scale = Шкала этого вопроса всегда { $min }–{ $max }.
error-scale-or-options = Либо шкала, либо варианты.
error-unknown-question = Такого вопроса нет.
error-hidden-question = Этот вопрос при таких ответах не показывается.
error-not-an-earlier-question = Условие может смотреть только на вопросы выше.
error-value-never-given = Такого ответа у того вопроса не бывает.
error-anonymous-with-contact = Анонимный опрос не спрашивает контакты.
error-nothing-answered = Ответьте хотя бы на один вопрос.
error-not-on-scale = Выберите число от { $min } до { $max }.
error-unknown-option = Такого варианта нет.
error-not-an-option = Выберите вариант из списка.
error-not-a-list = Нужен список вариантов.
error-not-a-matrix = Нужны ответы по строкам.
error-unknown-row = Такой строки нет.
error-not-a-text = Нужен текст.
error-not-a-tick = Отметьте или оставьте пустым.
error-not-a-contact = Нужны контакты по полям.
error-consent-needed = Чтобы оставить контакты, отметьте согласие.
error-email-or-phone = Нужна почта или телефон.
error-supervisor-needs-branches = Управляющему нужен хотя бы один филиал.

role-owner = Владелец
role-manager = Менеджер качества
role-supervisor = Управляющий
role-employee = Сотрудник
role-viewer = Наблюдатель

import './styles/tokens.css';
import './styles/base.css';
import './styles/shell.css';
import './styles/components.css';
import './styles/pages.css';
import './styles/print.css';
import { createRoot } from 'react-dom/client';
import { App } from './app/app';
import { applyTheme, chosenTheme, watchSystemTheme } from './app/theme';
import { initialLang, loadMessages } from './i18n';

applyTheme(chosenTheme());
watchSystemTheme();

const lang = initialLang();
void loadMessages(lang).then((messages) => {
    const root = document.getElementById('root');
    if (root) createRoot(root).render(<App lang={lang} messages={messages} />);
});

//! Portuguese.

use super::Frame;

pub(super) static WORDS: Frame = Frame {
    skip: "Ir para o conteúdo",
    navigation: "Navegação principal",
    inbox: "Caixa de entrada",
    waiting: "{count} à espera",
    channels: "Canais",
    invite: "Convidar",
    invitations: "Meus convites",
    settings: "Configurações",
    people: "Pessoas",
    admin: "Administração",
    sign_in: "Entrar",
    sign_out: "Sair",
    groups: "Grupos",
    namespaces: "Espaços",
    kept_title: "Você saiu da conta",
    kept_text: "O que você escreveu não se perdeu. Entre em outra aba, volte aqui e envie de novo.",
    kept_sign_in: "Entrar, em outra aba",
    kept_send: "Enviar de novo",
    keys: "Teclas",
    key_search: "vai à busca desta página",
    key_keys: "mostra estas teclas",
    key_close: "fecha o que está aberto",
    close: "Fechar",
};

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
};
